/** The most bytes of a line; of a longer one the first so many are answered. */
const MAX_LINE = 4096;

const VISIBLE = /[^ \t\n\v\f\r]/;

/** The fields of a line: what stands between runs of white space. */
function splitFields(line: string): string[] {
  return line.split(/[ \t\n\v\f\r]+/).filter((field) => field !== '');
}

/** An `AT` line, roughly: written apart from the rules under test. */
export const AT_LINE = /^AT [^ \t\n\v\f\r]+ [+-]\d+\.\d{9} [^ \t\n\v\f\r]+ [^ \t\n\v\f\r]+ [\d.]+$/;

/**
 * A report that nobody can find fault with: plainer than the protocol allows, so that this rule can be
 * distinguished from the one under test.
 */
const PLAIN_REPORT =
  /^IAMAT [^ \t\n\v\f\r]+ [+-]([0-8]\d)\.\d{1,9}[+-](0\d\d|1[0-7]\d)\.\d{1,9} \d{1,15}(\.\d{1,9})?$/;

/**
 * Holds what a server said against what it was sent, both in text of one character a byte: each line
 * that is not blank has exactly one reply, which is its copy after `? `, or the `AT` line of its own.
 * The order is free.
 *
 * @throws where that is not so
 */
export function checkReplies(sent: string, received: string, server: string): void {
  const open = new OpenLines(sent);
  const located: Reply[] = [];
  for (let rest = received; rest !== '';) {
    const reply = takeReply(rest);
    rest = reply.next;
    if (reply.line.startsWith('? ')) {
      const copy = reply.line.slice(2);
      const isWhole = copy.length < MAX_LINE;
      if (isWhole && PLAIN_REPORT.test(copy))
        throw new Error(`a plain report was refused: ${show(copy)}`);
      open.close(copy);
    } else {
      located.push(reply);
    }
  }
  // Now that those which were refused are gone, what a located one asked can be told by its client.
  for (const reply of located) open.close(questionOf(reply, server, open));
  const [unanswered] = open.left;
  if (unanswered !== undefined) throw new Error(`no reply to ${show(unanswered)}`);
}

/** How many replies of each kind there are, roughly: what a fuzzer may aim at. */
export function outcomeOf(received: string): string {
  const count = (pattern: RegExp): number => {
    const matches = received.match(pattern)?.length ?? 0;
    return matches > 4 ? 5 : matches;
  };
  return `${count(/^\? /gm)} refused, ${count(/^AT /gm)} located, ${count(/^\{$/gm)} with places`;
}

/** The lines that wait for their reply. */
class OpenLines {
  readonly #counts = new Map<string, number>();

  constructor(sent: string) {
    for (const line of sent.split('\n')) {
      if (!VISIBLE.test(line)) continue;
      const text = line.slice(0, MAX_LINE);
      // A command in the first bytes of a line that is too long is none.
      const key = line.length > MAX_LINE ? `too long: ${text}` : text;
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    }
  }

  get left(): string[] {
    return [...this.#counts.keys()];
  }

  /** The line of whole commands that has these fields first. */
  find(...fields: readonly string[]): string | undefined {
    return this.left.find((line) => {
      const found = splitFields(line);
      return found.length === 4 && fields.every((field, index) => found[index] === field);
    });
  }

  close(text: string): void {
    const key = this.#counts.has(text) ? text : `too long: ${text}`;
    const count = this.#counts.get(key);
    if (count === undefined) throw new Error(`a reply to what was not asked: ${show(text)}`);
    if (count === 1) this.#counts.delete(key);
    else this.#counts.set(key, count - 1);
  }
}

interface Reply {
  readonly line: string;
  /** The JSON that follows the line, if any. */
  readonly places: string | undefined;
  /** What comes after the reply. */
  readonly next: string;
}

function takeReply(text: string): Reply {
  const end = text.indexOf('\n');
  if (end === -1) throw new Error(`a reply without its end: ${show(text)}`);
  const line = text.slice(0, end);
  const next = text.slice(end + 1);
  if (!next.startsWith('{')) return { line, places: undefined, next };
  const placesEnd = next.indexOf('\n\n');
  if (placesEnd === -1) throw new Error('places without the two LFs after them');
  return { line, places: next.slice(0, placesEnd), next: next.slice(placesEnd + 2) };
}

/** The line that an `AT` line answers. */
function questionOf({ line: at, places }: Reply, server: string, open: OpenLines): string {
  if (!AT_LINE.test(at)) throw new Error(`neither an AT line nor a refusal: ${show(at)}`);
  const [, origin, , client = '', position = '', time = ''] = splitFields(at);
  if (places === undefined) {
    if (origin !== server) throw new Error(`a report was answered in another's name: ${show(at)}`);
    const report = open.find('IAMAT', client, position, time);
    if (report === undefined) throw new Error(`a reply to no report: ${show(at)}`);
    return report;
  }
  const { results, status } = JSON.parse(Buffer.from(places, 'latin1').toString()) as {
    results: unknown;
    status: unknown;
  };
  if (!Array.isArray(results) || typeof status !== 'string') {
    throw new Error(`places of no such shape: ${show(places)}`);
  }
  const question = open.find('WHATSAT', client);
  if (question === undefined) throw new Error(`a reply to no question: ${show(at)}`);
  return question;
}

function show(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
