import { MAX_COMMAND_BYTES, parseCommand } from '../../protocol/command.ts';
import type { Reply } from './reply-reader.ts';

const AUTH = /^[ \t\r\f\v]*AUTH[ \t\r\f\v]/;

/** A command that was sent and has no reply yet. */
interface Sent<T> {
  readonly command: string;
  readonly note: T;
}

/**
 * The commands of one connection that are in flight. Replies come in the order in which they are ready, so each is
 * matched with its command by its fields. Texts have one character a byte.
 */
export class InFlight<T> {
  /** By what the reply will have, each in the order of sending. */
  readonly #sent = new Map<string, Sent<T>[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** None of them is answered any more. */
  clear(): void {
    this.#sent.clear();
    this.#size = 0;
  }

  /** A command was sent, without its LF. Who makes valid ones may give the key, which spares parsing them. */
  add(command: string, note: T, key = keyOfCommand(command)): void {
    const sent = { command, note };
    const list = this.#sent.get(key);
    if (list === undefined) this.#sent.set(key, [sent]);
    else list.push(sent);
    this.#size += 1;
  }

  /** A reply came: returns its command, which is not in flight any more; `undefined` where it is to none. */
  take(reply: Reply): Sent<T> | undefined {
    const { line } = reply;
    return line.startsWith('? ') ? this.#takeInvalid(line.slice(2)) : this.#take(keyOfReply(reply));
  }

  /** Whether places may follow an `AT` line: someone asked for those near its client. */
  mayHavePlaces(line: string): boolean {
    return this.#sent.has(questionKey(clientOf(line)));
  }

  #take(key: string): Sent<T> | undefined {
    const list = this.#sent.get(key);
    const sent = list?.shift();
    if (list?.length === 0) this.#sent.delete(key);
    if (sent !== undefined) this.#size -= 1;
    return sent;
  }

  /** What is invalid comes back as it was sent, up to the longest command; of an `AUTH` its name alone. */
  #takeInvalid(copy: string): Sent<T> | undefined {
    for (const [key, list] of this.#sent) {
      const index = list.findIndex(
        ({ command }) => isCopy(copy, command) || (copy === 'AUTH' && key === 'AUTH'),
      );
      if (index === -1) continue;
      const [sent] = list.splice(index, 1);
      if (list.length === 0) this.#sent.delete(key);
      this.#size -= 1;
      return sent;
    }
    return undefined;
  }
}

function isCopy(copy: string, command: string): boolean {
  return copy === command.slice(0, MAX_COMMAND_BYTES);
}

/** What the reply to a command has, by which the command is found again; of one that is not valid, all of it. */
function keyOfCommand(command: string): string {
  const parsed = parseCommand(command);
  if (parsed?.name === 'IAMAT') return reportKey(parsed.client, parsed.position, parsed.time);
  if (parsed?.name === 'WHATSAT') return questionKey(parsed.client);
  return AUTH.test(command) ? 'AUTH' : command;
}

function keyOfReply({ line, places }: Reply): string {
  if (line.startsWith('AUTH ')) return 'AUTH';
  if (places !== undefined) return questionKey(clientOf(line));
  return line.slice(fieldsStart(line));
}

/** What the reply to an `IAMAT` has. */
export function reportKey(client: string, position: string, time: string): string {
  return `${client} ${position} ${time}`;
}

/** What the reply to a `WHATSAT` has. */
export function questionKey(client: string): string {
  return `WHATSAT ${client}`;
}

/** Where the client's own fields begin in an `AT` line: after the server and the skew. */
function fieldsStart(line: string): number {
  const afterName = line.indexOf(' ') + 1;
  const afterServer = line.indexOf(' ', afterName) + 1;
  return line.indexOf(' ', afterServer) + 1;
}

function clientOf(line: string): string {
  const start = fieldsStart(line);
  const end = line.indexOf(' ', start);
  return line.slice(start, end === -1 ? undefined : end);
}
