import type { Address } from '#src/transport/address.js';
import { AMPLE_LIMITS } from '#src/text/ample-limits.test.js';
import type { ClientLimits } from '#src/text/options.js';
import { join } from 'node:path';
import type { ServerOptions } from '#src/server/options.js';
import type { HerdServer } from '#src/server/herd-server.js';
import { SMALL_OPTIONS } from '#src/server/small-options.test.js';
import { startServer } from '#src/server/server.js';
import { TestFolder } from './folder.ts';
import { readLog, untilInLog } from './server-log.ts';

type Logged = Awaited<ReturnType<typeof readLog>>;

/** What a test wants of its server. */
export type OwnServerSpec = Partial<Omit<ServerOptions, 'clientLimits'>> & {
  readonly limits?: Partial<ClientLimits>;
};

/** A server of no neighbours in the test's own process, with its log in a folder of its own. */
export class OwnServer implements AsyncDisposable {
  readonly #folder: TestFolder;
  readonly #server: HerdServer;
  #options: ServerOptions;
  /** The messages that it gave its operator. */
  readonly troubles: readonly string[];
  #closed: Promise<void> | undefined;

  private constructor(
    folder: TestFolder,
    server: HerdServer,
    options: ServerOptions,
    troubles: readonly string[],
  ) {
    this.#folder = folder;
    this.#server = server;
    this.#options = options;
    this.troubles = troubles;
  }

  static async start({ limits = {}, ...options }: OwnServerSpec): Promise<OwnServer> {
    const folder = await TestFolder.make();
    const troubles: string[] = [];
    try {
      // Else it is loaded with the first request, which a busy machine would keep waiting until the server gives it up.
      if (options.gateway !== undefined) await import('#src/gateway/gateway.js');
      const all = { ...ownOptions(limits), logFile: logFile(folder), ...options };
      const server = await startServer(all, {
        onTrouble: (detail) => troubles.push(detail),
        demo: undefined,
      });
      return new OwnServer(folder, server, all, troubles);
    } catch (error) {
      await folder[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Where clients connect. */
  get clients(): Address {
    return this.#server.clients;
  }

  /** Where HTTP callers connect, where `gateway` was asked for. */
  get gateway(): Address {
    const { gateway } = this.#server;
    if (gateway === undefined) throw new Error('this server has no gateway');
    return gateway;
  }

  renewCertificate(certificate: NonNullable<ServerOptions['clientCertificate']>): void {
    this.#server.renewCertificate(certificate);
  }

  /** Has it go on with other options. */
  reload(options: Partial<ServerOptions>): void {
    this.#options = { ...this.#options, ...options };
    this.#server.reload(this.#options);
  }

  /** Waits until `count` events with these properties have been logged; returns them. */
  untilLogged(wanted: Readonly<Record<string, unknown>>, count = 1): Promise<Logged> {
    return untilInLog(logFile(this.#folder), wanted, count);
  }

  /** Stops, and returns what has been logged. */
  async stop(): Promise<Logged> {
    await this.#close();
    return readLog(logFile(this.#folder));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#close();
    } finally {
      await this.#folder[Symbol.asyncDispose]();
    }
  }

  #close(): Promise<void> {
    this.#closed ??= this.#server.close();
    return this.#closed;
  }
}

export function ownOptions(limits: Partial<ClientLimits>): ServerOptions {
  return {
    ...SMALL_OPTIONS,
    herd: 'test-herd',
    clientLimits: { ...AMPLE_LIMITS, ...limits },
    maxClients: 100_000,
  };
}

function logFile(folder: TestFolder): string {
  return join(folder.path, 'Riley.log');
}
