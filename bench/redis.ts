import type { Requirement } from './harness/benchmark.ts';
import { freePorts } from './harness/ports.ts';
import type { Scope } from './harness/scope.ts';
import { Conversation } from './load/conversation.ts';
import type { Report } from './load/reports.ts';
import type { Target } from './load/target.ts';
import { talkOf, WrongReply, type Talk } from './load/talk.ts';

export const REDIS: Requirement = {
  command: 'redis-server',
  versionArgs: ['--version'],
  debianPackage: 'redis-server',
};

/** Redis that keeps nothing on disk. */
export const IN_MEMORY = ['--save', '', '--appendonly', 'no'] as const;
/** Redis that writes each change to a file, which it has the disk take once a second (its default). */
export const APPEND_ONLY = ['--save', '', '--appendonly', 'yes'] as const;

/** Starts a Redis in a folder, and waits until it serves; `took` is how long that was, in milliseconds. */
export async function startRedis(
  scope: Scope,
  settings: readonly string[],
  folder = scope.folder(),
): Promise<Target & { readonly took: number }> {
  const [port = 0] = await freePorts(1);
  const started = performance.now();
  const program = scope.spawn('redis-server', [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    ...settings,
  ]);
  await program.prints(/Ready to accept connections/);
  const took = performance.now() - started;
  return { port, program, talk: geoaddTalk, took };
}

/** A connection to a Redis for one command at a time. */
export class RedisClient {
  readonly #conversation: Conversation;

  private constructor(conversation: Conversation) {
    this.#conversation = conversation;
  }

  static async connect(port: number): Promise<RedisClient> {
    return new RedisClient(await Conversation.connect(port));
  }

  /** Says a command, and returns the reply's text: a status, an error, an integer or a text. */
  async say(...words: readonly string[]): Promise<string> {
    const reply = await this.#conversation.exchange(redisCommand(...words), isWholeReply);
    return reply.startsWith('$') ? reply.slice(reply.indexOf('\n') + 1, -2) : reply.slice(1, -2);
  }

  close(): void {
    this.#conversation.close();
  }
}

/** Whether a text is a whole reply: a line, or for `$` as many bytes more as that says. */
function isWholeReply(text: string): boolean {
  const line = text.indexOf('\r\n') + 2;
  if (line === 1) return false;
  return text.startsWith('$') ? text.length === line + Number(text.slice(1, line)) + 2 : true;
}

/** A command as Redis's clients write it. */
export function redisCommand(...words: readonly string[]): string {
  const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return `*${words.length}\r\n${parts.join('')}`;
}

/** `:0` and `:1` with their line end: the member was there, or is new. */
const [COLON, ZERO, ONE, LINE_FEED] = [0x3a, 0x30, 0x31, 0x0a] as const;
const INTEGER_BYTES = 4;

/** The same reports to Redis, all in one geographic set. */
function geoaddTalk(reports: readonly Report[]): Talk {
  const requests = reports.map(({ client, latitude, longitude }) =>
    redisCommand('GEOADD', 'clients', longitude, latitude, client),
  );
  return talkOf(requests, (received, start, index) => {
    const end = start + INTEGER_BYTES;
    if (received[start] === COLON && received.length < end) return -1;
    const [digit, last] = [received[start + 1], received[end - 1]];
    if (received[start] === COLON && (digit === ZERO || digit === ONE) && last === LINE_FEED) {
      return end;
    }
    throw new WrongReply(requests[index] ?? '', received.subarray(start));
  });
}
