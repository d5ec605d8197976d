import type { IncomingHttpHeaders } from 'node:http';
import type { Agent, Dispatcher } from 'undici';

import { loadConfig } from './config/load.ts';
import { CliError, systemReason } from './errors.ts';
import { gatewayOfUrl, gatewaysOf, type GatewayAddress } from './gateway-addresses.ts';
import { GatewayError } from './gateway-error.ts';
import { readTokenFile } from './send/authenticate.ts';
import { isToken } from '../access/token.ts';
import { tlsReason, trusting } from './trust.ts';

/** The environment variable of a token, for where no file has it. */
const TOKEN_VARIABLE = 'PROXY_HERD_TOKEN';
/** A host that drops what it is sent lets a connection hang for minutes; a gateway answers at once. */
const CONNECT_WITHIN_MS = 5000;
/** How long a gateway may take to begin its answer, in milliseconds: reads wait for others at most 10 s. */
const ANSWER_WITHIN_MS = 15_000;
/** A gateway with a live stream says something at least twice as often, in milliseconds. */
const STREAM_SILENCE_MS = 60_000;
/** The most bytes of an answer that is read as a whole: what is foreign must not fill the memory. */
const MAX_WHOLE_ANSWER_BYTES = 64 * 1024 * 1024;

/** The gateway to ask, and the token to show. The commands' options have these names. */
export interface GatewayOptions {
  /** The configuration's file; see `loadConfig`. */
  readonly config?: string;
  /** A gateway's URL, in place of those of the configuration; with `config`, its certificate is trusted. */
  readonly gateway?: string;
  /** The server whose gateway is to answer; without one, the first of the configuration that does. */
  readonly server?: string;
  /** The file of the token; it goes before the environment's variable. */
  readonly tokenFile?: string;
}

/** What is asked of a gateway. */
export interface GatewayRequest {
  readonly method?: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
}

/** An answer of success. Its body has to be read or destroyed. */
export interface GatewayAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Dispatcher.ResponseData['body'];
}

/**
 * Finds the gateways that options speak of, the certificates to trust and the token. Connects to none yet.
 *
 * @param mustHave the flags of `token create` with which a token may do what is to be done, for messages
 * @throws {CliError} where the options or the configuration are faulty
 */
export async function openGateway(
  options: GatewayOptions,
  environment: NodeJS.ProcessEnv,
  mustHave: string,
): Promise<GatewayClient> {
  const { config: named, gateway, server, tokenFile } = options;
  if (gateway !== undefined && server !== undefined) {
    throw new CliError('USAGE', ['expected --gateway or --server, found both']);
  }
  const fromUrl = gateway === undefined ? undefined : [gatewayOfUrl(gateway)];
  const token = tokenFile === undefined ? tokenOf(environment) : await readTokenFile(tokenFile);
  const isNeeded = fromUrl === undefined || named !== undefined;
  const config = isNeeded ? await loadConfig(named) : undefined;
  const gateways = fromUrl ?? (config === undefined ? [] : gatewaysOf(config, server));
  const trust = config === undefined ? undefined : await trusting(config, 'gatewayTls');
  // Loaded here: it takes a tenth of a second. By its file's name: see places/http/http-client.ts.
  const { Agent } = await import('undici/index.js');
  const agent = new Agent({
    connect: { timeout: CONNECT_WITHIN_MS, ...trust },
    headersTimeout: ANSWER_WITHIN_MS,
    bodyTimeout: STREAM_SILENCE_MS,
  });
  return new GatewayClient(gateways, token, mustHave, agent);
}

function tokenOf(environment: NodeJS.ProcessEnv): string | undefined {
  const token = environment[TOKEN_VARIABLE]?.trim() ?? '';
  if (token === '') return undefined;
  if (isToken(token)) return token;
  throw new CliError('USAGE', [
    `the variable ${TOKEN_VARIABLE} has no token, expected one as proxy-herd token create prints it`,
  ]);
}

/** Asks one of several gateways over HTTP: the one that answered last, else the first that does. */
export class GatewayClient {
  readonly #gateways: GatewayAddress[];
  readonly #token: string | undefined;
  readonly #mustHave: string;
  readonly #agent: Agent;

  constructor(
    gateways: readonly GatewayAddress[],
    token: string | undefined,
    mustHave: string,
    agent: Agent,
  ) {
    this.#gateways = [...gateways];
    this.#token = token;
    this.#mustHave = mustHave;
    this.#agent = agent;
  }

  /** The gateway that answered last, in words; before that, the one that is asked first. */
  get where(): string {
    return this.#gateways[0]?.where ?? 'no gateway';
  }

  /** A client for each gateway alone, over the same connections: those of this one, to be closed by it. */
  get each(): GatewayClient[] {
    const [token, mustHave, agent] = [this.#token, this.#mustHave, this.#agent];
    return this.#gateways.map((gateway) => new GatewayClient([gateway], token, mustHave, agent));
  }

  /**
   * Asks for a path, with its query. Where one gateway cannot be reached, the next is asked.
   *
   * @throws {GatewayError} where none answers, or the answer is not one of success
   * @throws the signal's reason, as soon as it is aborted
   */
  async request(path: string, request: GatewayRequest = {}): Promise<GatewayAnswer> {
    const failures: string[] = [];
    for (const gateway of this.#gateways) {
      try {
        const answer = await this.#ask(gateway, path, request);
        this.#prefer(gateway);
        return await this.#successOf(answer, gateway);
      } catch (error) {
        request.signal?.throwIfAborted();
        if (!(error instanceof GatewayError) || error.kind !== 'unreachable') throw error;
        failures.push(...error.lines);
      }
    }
    throw new GatewayError('unreachable', [
      ...failures,
      'no gateway answers: start the herd with proxy-herd up, or name a gateway with --gateway',
    ]);
  }

  /**
   * Asks for JSON.
   *
   * @throws {GatewayError} as `request` does, and where it is no JSON
   * @throws the signal's reason, as soon as it is aborted
   */
  async json(path: string, request: GatewayRequest = {}): Promise<unknown> {
    const { body } = await this.request(path, request);
    const where = this.where;
    try {
      const value: unknown = JSON.parse(await textOf(body));
      return value;
    } catch (error) {
      request.signal?.throwIfAborted();
      if (error instanceof SyntaxError) throw notAGateway(where);
      throw unreachable(where, error);
    }
  }

  /** Breaks off what is under way, and ends all connections. */
  close(): Promise<void> {
    return this.#agent.destroy();
  }

  async #ask(gateway: GatewayAddress, path: string, request: GatewayRequest) {
    const { method = 'GET', headers = {}, body = null, signal = null } = request;
    const authorization =
      this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` };
    try {
      return await this.#agent.request({
        origin: new URL(gateway.baseUrl).origin,
        path: `${new URL(gateway.baseUrl).pathname.replace(/\/$/, '')}${path}`,
        method,
        headers: { 'user-agent': 'proxy-herd', ...headers, ...authorization },
        body,
        signal,
      });
    } catch (error) {
      request.signal?.throwIfAborted();
      throw unreachable(gateway.where, error);
    }
  }

  #prefer(gateway: GatewayAddress): void {
    const index = this.#gateways.indexOf(gateway);
    this.#gateways.unshift(...this.#gateways.splice(index, 1));
  }

  async #successOf(
    { statusCode: status, headers, body }: Dispatcher.ResponseData,
    { where }: GatewayAddress,
  ): Promise<GatewayAnswer> {
    if (status >= 200 && status < 300) return { status, headers, body };
    const detail = detailOf(await textOf(body).catch(() => ''));
    if (status === 401) throw new GatewayError('unauthorized', [this.#wantsToken(where)], status);
    if (detail === undefined) throw notAGateway(where, status);
    if (status === 403) {
      const remedy = `make a token with proxy-herd token create ${this.#mustHave}`;
      throw new GatewayError('forbidden', [`${where} refuses: ${detail}; ${remedy}`], status);
    }
    throw new GatewayError('problem', [`${where} answers: ${detail}`], status);
  }

  #wantsToken(where: string): string {
    if (this.#token !== undefined) {
      return `${where} does not accept the token: it is unknown there, expired or revoked`;
    }
    return `${where} asks for a token: make one with proxy-herd token create ${this.#mustHave}, and name its file with --token-file, or set ${TOKEN_VARIABLE}`;
  }
}

/** What a problem says (RFC 9457), on one line; `undefined` where the text is none. */
function detailOf(text: string): string | undefined {
  try {
    const problem: unknown = JSON.parse(text);
    const isProblem = typeof problem === 'object' && problem !== null && 'detail' in problem;
    // What is printed on a terminal must not steer it.
    return isProblem ? String(problem.detail).replace(/\p{Cc}/gu, ' ') : undefined;
  } catch {
    return undefined;
  }
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_WHOLE_ANSWER_BYTES) throw new SyntaxError('the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function notAGateway(where: string, status?: number): GatewayError {
  const answer = status === undefined ? '' : ` (HTTP status ${status})`;
  return new GatewayError('foreign', [`what answers is no gateway of a herd: ${where}${answer}`]);
}

function unreachable(where: string, error: unknown): GatewayError {
  return new GatewayError('unreachable', [`cannot reach ${where}: ${reasonOf(error)}`]);
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return `no connection in ${CONNECT_WITHIN_MS / 1000} s`;
  if (code === 'UND_ERR_HEADERS_TIMEOUT') return `no answer in ${ANSWER_WITHIN_MS / 1000} s`;
  if (code === 'UND_ERR_BODY_TIMEOUT') return `nothing came for ${STREAM_SILENCE_MS / 1000} s`;
  if (code === 'UND_ERR_SOCKET') return 'it closed the connection; it may speak HTTPS';
  const tls = tlsReason(error, 'gatewayTls');
  return tls ?? systemReason(error) ?? (error instanceof Error ? error.message : String(error));
}
