import { AttemptError, reasonOf } from './attempt-error.ts';
import type { Socket } from './open-socket.ts';
import type { Reply } from './reply.ts';
import { PROBE, ReplyMatcher, UnexpectedReply, type Sent } from './reply-matcher.ts';

const LF = 0x0a;
const CLOSED = 'it closed the connection';
const CLOSED_AT_ONCE = `${CLOSED}; it may be full (clientLimits), or speak TLS`;
/** The longest reply to an `AUTH`, in bytes: that of a server without access is a copy of it. */
const MAX_AUTH_REPLY_BYTES = 4096;

/** What a connection is made of. */
export interface ConnectionParts<S extends Sent> {
  readonly socket: Socket;
  /** After so long without a byte while something is in flight the server is asked for a sign of life, in milliseconds. */
  readonly silenceMs: number;
  /** Called with each command and its reply. */
  readonly onReply: (sent: S, reply: Reply) => void;
}

/** A connection to a server on which commands are pipelined. */
export class Connection<S extends Sent> {
  /** Resolves once it has ended, to the reason in a few words. */
  readonly ended: Promise<string>;
  readonly #socket: Socket;
  readonly #silenceMs: number;
  readonly #matcher: ReplyMatcher<S>;
  #inFlight = 0;
  #isProbed = false;
  #reason: string | undefined;
  #silence: NodeJS.Timeout | undefined;

  constructor({ socket, silenceMs, onReply }: ConnectionParts<S>) {
    this.#socket = socket;
    this.#silenceMs = silenceMs;
    this.#matcher = new ReplyMatcher((sent, reply) => {
      this.#inFlight -= 1;
      onReply(sent, reply);
    });
    this.ended = new Promise((resolve) => {
      socket.on('error', (error) => (this.#reason ??= reasonOf(error)));
      socket.on('close', () => {
        clearTimeout(this.#silence);
        resolve(this.#reason ?? (socket.bytesRead === 0 ? CLOSED_AT_ONCE : CLOSED));
      });
    });
    socket.on('data', (piece: Buffer) => this.#receive(piece));
  }

  /** Sends commands, in one write. */
  send(all: readonly S[]): void {
    if (all.length === 0) return;
    let text = '';
    for (const sent of all) {
      this.#matcher.add(sent);
      text += `${sent.command.line}\n`;
    }
    if (this.#inFlight === 0) this.#awaitSign();
    this.#inFlight += all.length;
    this.#socket.write(text, 'latin1');
  }

  /** Ends it at once. */
  close(reason: string): void {
    this.#reason ??= reason;
    this.#socket.destroy();
  }

  #receive(piece: Buffer): void {
    this.#isProbed = false;
    this.#silence?.refresh();
    try {
      this.#matcher.receive(piece);
    } catch (error) {
      if (!(error instanceof UnexpectedReply)) throw error;
      this.close(error.message);
      return;
    }
    if (this.#matcher.needsProbe) this.#probe();
  }

  #probe(): void {
    this.#matcher.addProbe();
    this.#socket.write(`${PROBE}\n`, 'latin1');
  }

  /** A server that is slow to answer answers a probe; one that does not is gone, or as good as that. */
  #awaitSign(): void {
    clearTimeout(this.#silence);
    this.#isProbed = false;
    this.#silence = setTimeout(() => {
      if (this.#inFlight === 0) return;
      // Where this process was busy meanwhile, what came is read after its timers and before this.
      if (this.#isProbed) setImmediate(() => this.#giveUp());
      else {
        this.#probe();
        this.#isProbed = true;
        this.#silence?.refresh();
      }
    }, this.#silenceMs);
  }

  #giveUp(): void {
    if (this.#isProbed) this.close(`it has been silent for ${2 * this.#silenceMs} ms`);
  }
}

/**
 * Shows a server a token, before anything else is sent to it.
 *
 * @throws {AttemptError} where the token is not accepted or nothing answers; no copy of it is in that
 */
export async function authenticate(socket: Socket, token: string, withinMs: number): Promise<void> {
  const reply = await new Promise<string | undefined>((resolve) => {
    let received = Buffer.alloc(0);
    const end = (line: string | undefined): void => {
      clearTimeout(timer);
      socket.off('data', receive).off('error', fail).off('close', fail);
      resolve(line);
    };
    const fail = (): void => end(undefined);
    const receive = (piece: Buffer): void => {
      received = Buffer.concat([received, piece]);
      const at = received.indexOf(LF);
      if (at !== -1) end(received.toString('latin1', 0, at));
      else if (received.length > MAX_AUTH_REPLY_BYTES) end(undefined);
    };
    const timer = setTimeout(fail, withinMs);
    socket.on('data', receive).on('error', fail).on('close', fail);
    socket.write(`AUTH ${token}\n`, 'latin1');
  });
  if (reply?.startsWith('AUTH ') === true) return;
  socket.on('error', () => undefined); // of a connection that is given up
  socket.destroy();
  if (reply === undefined) throw new AttemptError(`no answer to AUTH within ${withinMs} ms`);
  if (reply === '? AUTH') throw new TokenRefused('it does not accept the token');
  throw new TokenRefused('it takes no token: access is off there');
}

/** A server does not accept the token. */
export class TokenRefused extends AttemptError {}
