import type { VersionVector } from '../../store/version-vector.ts';
import { isName } from '../../protocol/name.ts';
import type { Vectors } from '../vectors/vectors.ts';
import type { Broker } from './broker.ts';
import { formatMark, Marks, parseMark, type Place } from './marks.ts';
import type { StreamReader } from './stream-reader.ts';
import type { StreamWriter } from './stream-writer.ts';

/** The dependencies of claims. */
interface ClaimsParts {
  readonly server: string;
  readonly broker: Pick<Broker, 'partitions' | 'lifeOf' | 'say'>;
  readonly vectors: Pick<Vectors, 'announce' | 'claim'>;
  /** What this server has of every origin. */
  readonly vector: () => VersionVector;
  /** The last change of the store's feed. */
  readonly head: () => number;
  readonly reader: Pick<StreamReader, 'seen' | 'complete'>;
  readonly writer: Pick<StreamWriter, 'storedUpTo' | 'written'>;
  /** Whether a partition's stream is read from its beginning. */
  readonly isFollowed: (partition: number) => boolean;
  /** Whether this server holds all clients. */
  readonly holdsAll: boolean;
}

/** What this server can say of itself once the streams have what its store had then. */
interface Sample {
  readonly seq: number;
  readonly vector: VersionVector;
}

/**
 * Version vectors over streams: each server says up to which place in them everything that it claims is stored, and who has read
 * them as far claims the same.
 */
export class Claims {
  readonly #parts: ClaimsParts;
  readonly #marks = new Marks();
  #sample: Sample | undefined;

  constructor(parts: ClaimsParts) {
    this.#parts = parts;
  }

  /** Claims what others have said that the streams have, where it has been read, and says what this server can. */
  work(): void {
    const { vectors } = this.#parts;
    for (const { vector } of this.#marks.take(this.#completePlaces())) vectors.claim(vector);
    this.#say();
  }

  /** Takes in what another server says. */
  hear(text: string): void {
    const { broker, vectors } = this.#parts;
    const mark = parseMark(text);
    if (mark?.upTo.length !== broker.partitions) return; // no mark, or of a herd with other partitions
    this.#marks.add(mark);
    vectors.announce(mark.vector);
  }

  /** Notes that a stream was lost: what was stored by now is to be stored again. */
  noteLost(): void {
    this.#sample = undefined;
  }

  /** Says what the streams have, where they have all that the store had at the last sample. */
  #say(): void {
    const { server, broker, vector, head, reader, writer, holdsAll } = this.#parts;
    const sample = this.#sample;
    if (writer.storedUpTo < (sample?.seq ?? 1)) return;
    if (sample !== undefined) {
      // What others claim holds of the streams further on than this server can tell, if it does not follow them all.
      const isTold = (name: string): boolean => holdsAll || name === server;
      const told = sample.vector.filter(({ name }) => isName(name) && isTold(name));
      const upTo = reader.seen.map((seq, each) => Math.max(seq, writer.written[each] ?? 0));
      broker.say('mark', formatMark({ vector: told, upTo: this.#places(upTo) }));
    }
    this.#sample = { seq: head(), vector: vector() };
  }

  /** Up to where all of each partition is here. */
  #completePlaces(): (Place | undefined)[] {
    const { reader, isFollowed } = this.#parts;
    return this.#places(reader.complete).map((place, each) =>
      isFollowed(each) ? place : undefined,
    );
  }

  #places(seqs: readonly number[]): Place[] {
    return seqs.map((seq, partition) => ({ life: this.#parts.broker.lifeOf(partition), seq }));
  }
}
