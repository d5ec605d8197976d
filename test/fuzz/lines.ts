import { MAX_MESSAGE_BYTES } from '#src/replication/flood/messages.js';
import type { Random } from '../simulation/random.ts';
import { randomBytes } from './mutate.ts';

/*
 * Lines as clients and neighbours say them, most of them valid or nearly so; text of one character a
 * byte.
 */

/** Clients that the server under test knows. */
export const KNOWN_CLIENTS = ['kiwi.cs.ucla.edu', 'caf\xc3\xa9'] as const;

function wordsOf(text: string): string[] {
  return text.trim().split(/\s+/);
}

/** What a client says. */
export const CLIENT_WORDS: readonly string[] = [
  ...wordsOf(`
    IAMAT WHATSAT AT iamat ? . 0 1621464827.959498503 __proto__ constructor
    +34.068930-118.445127 +90+180 -00.0-000.0 +3404.1358-11826.7076 +34.0 +91-181
    +340408.148-1182642.457 +27.5916+086.5640+8850CRSWGS_84/
  `),
  ...KNOWN_CLIENTS,
  ...'\n|\r\n|\n\n| |\t|\v|\f|\r|\0|\xa0|\x85|\xef\xbb\xbf|\xe2\x80\xa8'.split('|'),
];

/** What a neighbour says. */
export const LINK_WORDS: readonly string[] = [
  ...CLIENT_WORDS,
  ...wordsOf(`
    HELLO REFUSE READY HAS CHANGES HEARTBEAT CONFIRM CONFIRMED PRUNE GRAFT GRAFTED AT DOCUMENT STATUS
    proxy-herd/1.0 proxy-herd/2.0 - test-herd
    Riley Jaquez Juzang Mallory epoch +0.263873386 -0.000000000
  `),
];

/** The greeting of the neighbour that the fuzzer poses as. */
const VALID_HELLO = 'HELLO proxy-herd/2.0 test-herd Juzang status\nREADY\n';

/**
 * The same without the name of the neighbour whose link is to stay up: where no secret is asked for,
 * whoever says that it is Jaquez is taken for it, and replaces its link.
 */
export function withoutJaquez(input: string): string {
  return input.replaceAll('Jaquez', 'Mallory');
}

export function commandLines(random: Random): string {
  return lines(random, () => command(random));
}

export function linkLines(random: Random): string {
  const hello = random.chance(0.9) ? VALID_HELLO : '';
  return hello + lines(random, () => message(random));
}

function lines(random: Random, line: () => string): string {
  const count = random.integer(1, random.pick([1, 2, 4, 4, 15]));
  return Array.from({ length: count }, () => `${line()}${lineEnd(random)}`).join('');
}

function lineEnd(random: Random): string {
  return random.chance(0.9) ? '\n' : random.pick(['\r\n', '\n\n', ' \n', '', '\0']);
}

function command(random: Random): string {
  const space = random.chance(0.9) ? ' ' : random.pick(['  ', '\t', '\r', '\v \f']);
  switch (random.integer(0, 9)) {
    case 0:
      return randomBytes(random, random.integer(1, 60));
    case 1:
      return 'x'.repeat(random.integer(4090, 4100));
    case 2:
    case 3:
    case 4:
      return ['WHATSAT', client(random), radius(random), random.integer(0, 21)].join(space);
    default:
      return ['IAMAT', client(random), place(random), time(random)].join(space);
  }
}

function message(random: Random): string {
  const number = random.integer(0, random.pick([5, 1000, 999_999_999]));
  switch (random.integer(0, 9)) {
    case 0:
      return VALID_HELLO.trimEnd();
    case 1:
      return `${random.pick(['HEARTBEAT', 'CONFIRM', 'CONFIRMED'])} ${number}`;
    case 2:
      return random.chance(0.5) ? command(random) : statusLine(random, number);
    case 3: {
      const origin = `${random.pick(['Juzang', 'Riley', 'Mallory'])} ${random.integer(0, 3)}`;
      const has = `HAS ${origin} ${number} ${random.integer(0, 2000)}`;
      return random.pick([
        has,
        `${has}\nHEARTBEAT ${number}`,
        `PRUNE ${origin}`,
        `GRAFT ${origin}`,
      ]);
    }
    default: {
      const server = random.pick(['Juzang', 'Riley', 'Bernard', randomBytes(random, 3)]);
      const skew = `${random.pick(['+', '-'])}${random.integer(0, 9)}.${digits(random, 9)}`;
      const epoch = random.integer(0, 3);
      const header = random.chance(0.9) ? `CHANGES ${number} ${epoch} ${number}\n` : '';
      const start = `${header}AT ${server} ${skew} `;
      const end = ` ${place(random)} ${time(random)}`;
      const room = MAX_MESSAGE_BYTES + header.length - start.length - end.length;
      const id = random.chance(0.02) ? 'i'.repeat(room + random.integer(-9, 1)) : client(random);
      return start + id + end;
    }
  }
}

/** What a server says of itself, most of it as it has to be. */
function statusLine(random: Random, number: number): string {
  const name = (): string => random.pick(['Juzang', 'Riley', 'Mallory', 'Bernard']);
  const list = (entry: () => string): string =>
    Array.from({ length: random.integer(0, random.pick([2, 2, 40])) }, entry).join(',') || '-';
  const state = (): string => random.pick(['up', 'down', 'down', '-']);
  const links = list(() => `${name()}:${state()}:${number}:0:${random.integer(0, 9)}`);
  const lag = list(() => `${name()}:${number}:${random.integer(0, 9)}`);
  const identity = `${name()} ${random.integer(0, 3)} ${random.pick([number, 999_999_999_999_999])}`;
  const facts = `2000 0.1.0 0 ${random.pick(['-', 'http://127.0.0.1:1', 'x'])} -`;
  return `STATUS ${number} ${identity} ${facts} 1 2 3 4 5 6 7 8 ${links} ${lag}`;
}

function client(random: Random): string {
  switch (random.integer(0, 9)) {
    case 0:
      return randomBytes(random, random.integer(1, 12));
    case 1:
      return 'long'.repeat(random.integer(1, random.pick([10, 1000, 4200])));
    default:
      return random.chance(0.5) ? random.pick(KNOWN_CLIENTS) : `client-${random.integer(0, 5)}`;
  }
}

function place(random: Random): string {
  const sign = (): string => random.pick(['+', '-']);
  const latitude = String(random.integer(0, 91)).padStart(2, '0');
  const longitude = String(random.integer(0, 181)).padStart(3, '0');
  return `${sign()}${latitude}.${digits(random, 6)}${sign()}${longitude}.${digits(random, 6)}`;
}

function time(random: Random): string {
  const seconds = random.pick(['0', '1621464827', digits(random, 10), digits(random, 25)]);
  const decimals = random.integer(0, 10);
  return decimals === 0 ? seconds : `${seconds}.${digits(random, decimals)}`;
}

function radius(random: Random): string {
  return random.chance(0.5)
    ? String(random.integer(0, 51))
    : `${digits(random, 2)}.${digits(random, 3)}`;
}

function digits(random: Random, count: number): string {
  return Array.from({ length: count }, () => random.integer(0, 9)).join('');
}
