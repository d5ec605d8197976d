import { isName } from '../../protocol/name.ts';
import type { VersionVector } from '../../store/version-vector.ts';

/**
 * What a server says of the streams: who has read each partition to its end, at this place or later, has all that the
 * version vector claims, or newer records of the clients.
 */
export interface Mark {
  readonly vector: VersionVector;
  /** By partition: up to which message, in which life of the stream. */
  readonly upTo: readonly Place[];
}

/** A place in a partition's stream. */
export interface Place {
  readonly life: string;
  readonly seq: number;
}

/** So many marks wait at most to be reached; the oldest go first. Five servers say one a second each. */
const MAX_MARKS = 256;

/** Marks that have come, until this server has read as far. */
export class Marks {
  #waiting: Mark[] = [];

  add(mark: Mark): void {
    this.#waiting.push(mark);
    if (this.#waiting.length > MAX_MARKS) this.#waiting.shift();
  }

  /**
   * Takes those that are reached.
   *
   * @param complete by partition, an end up to which this server has all: see `StreamReader`; `undefined` where it follows
   *   none, and reads what it is asked for
   */
  take(complete: readonly (Place | undefined)[]): Mark[] {
    const isReached = (mark: Mark): boolean =>
      mark.upTo.length === complete.length &&
      mark.upTo.every(({ life, seq }, partition) => {
        const place = complete[partition];
        return place === undefined || (life === place.life && seq <= place.seq);
      });
    const reached = this.#waiting.filter(isReached);
    this.#waiting = this.#waiting.filter((mark) => !isReached(mark));
    return reached;
  }
}

/** A mark as text: the places, then a line for each entry of the vector. */
export function formatMark({ vector, upTo }: Mark): string {
  const entries = vector.map(({ name, epoch, sequence }) => `${name} ${epoch} ${sequence}`);
  const places = upTo.map(({ life, seq }) => `${life} ${seq}`);
  return [places.join('\t'), ...entries].join('\n');
}

/** Reads a mark; `undefined` where it is none. */
export function parseMark(text: string): Mark | undefined {
  const [first = '', ...lines] = text.split('\n');
  const upTo = first.split('\t').map((place) => {
    const [life = '', seq = ''] = place.split(' ');
    return { life, seq: numberOf(seq) };
  });
  const vector = lines.map((line) => {
    const [name = '', epoch = '', sequence = '', ...more] = line.split(' ');
    const isEntry = isName(name) && more.length === 0;
    return { name: isEntry ? name : '', epoch: numberOf(epoch), sequence: numberOf(sequence) };
  });
  const seqs = upTo.map(({ seq }) => seq);
  const numbers = [...seqs, ...vector.flatMap(({ epoch, sequence }) => [epoch, sequence])];
  const isWhole = numbers.every(Number.isFinite) && vector.every(({ name }) => name !== '');
  return isWhole ? { upTo, vector } : undefined;
}

function numberOf(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}
