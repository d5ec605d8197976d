import { createHash } from 'node:crypto';

/*
 * OwnTracks tells friends apart by two characters, the tracker ID, and by nothing else. So each of the clients that a
 * viewer may see has one that no other of them has. Which one follows from the clients alone: two servers, or two
 * requests, that know the same clients give out the same.
 */

/** A client, and the tracker ID that its app was given, if that is known. */
export interface Tracked {
  /** Its ID, of one character a byte. */
  readonly client: string;
  readonly tid: string | undefined;
}

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz';
/** How many tracker IDs there are of small letters and digits. */
const ALL = DIGITS.length ** 2;
const NO_LETTER = /[^0-9a-z]/g;
/** What an app's tracker ID is like. */
const TID = /^[!-~]{2}$/;

/** Whether a text can be a tracker ID. */
export function isTid(text: string | undefined): text is string {
  return text !== undefined && TID.test(text);
}

/**
 * The tracker IDs of some clients, fewer than 1,000, by their IDs. In the order of their IDs each gets the first that
 * none before it has, capitals and small letters being the same: what its app says; the first two letters or digits of
 * its ID; the first and the last; the first and each other; and then what follows from the hash of its ID.
 */
export function assignTids(clients: readonly Tracked[]): ReadonlyMap<string, string> {
  const sorted = clients.toSorted((a, b) => (a.client < b.client ? -1 : 1));
  const taken = new Set<string>();
  const tids = new Map<string, string>();
  for (const each of sorted) {
    for (const tid of candidates(each)) {
      if (taken.has(tid.toLowerCase())) continue;
      taken.add(tid.toLowerCase());
      tids.set(each.client, tid);
      break;
    }
  }
  return tids;
}

/** The tracker ID that a client would have if it were the only one. */
export function tidOf(client: Tracked): string {
  return assignTids([client]).get(client.client) ?? '';
}

function* candidates({ client, tid }: Tracked): Generator<string> {
  if (isTid(tid)) yield tid;
  const letters = client.toLowerCase().replace(NO_LETTER, '');
  const [first = '', ...others] = letters;
  for (const other of [...others.slice(0, 1), ...others.slice(-1), ...others]) yield first + other;
  const start = createHash('sha256').update(client, 'latin1').digest().readUInt16BE(0);
  for (let step = 0; step < ALL; step++) {
    const number = (start + step) % ALL;
    yield (
      (DIGITS[Math.floor(number / DIGITS.length)] ?? '') + (DIGITS[number % DIGITS.length] ?? '')
    );
  }
}
