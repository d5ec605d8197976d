import type { LocationStore } from '../store/store.ts';
import { NO_SLOT } from '../store/slot-index.ts';
import { isDocumentName } from '../store/document.ts';
import type { StoredOutcome } from './report-outcome.ts';

/*
 * A card is a document of the store, and so every server has it. Its name is `card/` and the client's ID in percent
 * encoding, byte by byte; its text is JSON, the name in percent encoding, since documents are ASCII without spaces:
 *
 *     {"name":"Anna%20B.","face":"iVBORw0KGgo…"}
 */

const KIND = 'card/';

/** The longest name, in characters (UTF-16): two words; in its document each takes up to 9 bytes. */
const MAX_CARD_NAME = 64;
/** The longest picture, in characters of base64: 5 kB of PNG, which is 64 × 64 pixels; with the name it fits a document. */
export const MAX_FACE_CHARS = 7168;
/** The most cards and other documents: with the largest pictures they take 80 MB at each server. */
const MAX_CARDS = 10_000;

/** What somebody is called, and looks like. */
export interface Card {
  readonly name: string | undefined;
  /** A picture in base64; at most `MAX_FACE_CHARS`. */
  readonly face: string | undefined;
}

/** What becomes of a card. */
export type CardOutcome = StoredOutcome | 'too many cards' | 'client ID too long'; // for the name of a document

/** What the cards need of the store. */
type CardStore = Pick<LocationStore, 'documents' | 'documentSlot' | 'documentText' | 'seqOf'>;

/** The cards of all clients that have one. */
export class Cards {
  readonly #store: CardStore;
  readonly #putDocument: (
    name: string,
    body: string | undefined,
  ) => Promise<StoredOutcome> | StoredOutcome;

  /** @param putDocument puts a document, or removes one: `body` is `undefined` */
  constructor(
    store: CardStore,
    putDocument: (name: string, body: string | undefined) => Promise<StoredOutcome> | StoredOutcome,
  ) {
    this.#store = store;
    this.#putDocument = putDocument;
  }

  /** A number that is another one at this server once a client's card has changed; `undefined` where it has none. */
  versionOf(client: Buffer): number | undefined {
    const slot = this.#slotOf(client);
    return slot === NO_SLOT ? undefined : this.#store.seqOf(slot);
  }

  /** The card of a client; `undefined` where it has none. */
  get(client: Buffer): Card | undefined {
    const slot = this.#slotOf(client);
    return slot === NO_SLOT ? undefined : decodeCard(this.#store.documentText(slot));
  }

  /**
   * Puts a card in the whole herd, in the place of the client's one before. One that says the same is not put again.
   *
   * @returns settled once what `acknowledge` promises of it is true, or cannot be
   */
  async put(client: Buffer, card: Card): Promise<CardOutcome> {
    const name = documentNameOf(client);
    if (name === undefined) return 'client ID too long';
    const text = encodeCard(card);
    const slot = this.#slotOf(client);
    if (slot === NO_SLOT && this.#store.documents >= MAX_CARDS) return 'too many cards';
    if (slot !== NO_SLOT && this.#store.documentText(slot) === text) return 'accepted';
    return this.#putDocument(name, text);
  }

  /** Removes a client's card from the whole herd, where it has one. What comes after it in the feed promises as much. */
  remove(client: Buffer): void {
    const name = documentNameOf(client);
    if (name === undefined || this.#store.documentSlot(name) === NO_SLOT) return;
    void this.#putDocument(name, undefined);
  }

  #slotOf(client: Buffer): number {
    const name = documentNameOf(client);
    return name === undefined ? NO_SLOT : this.#store.documentSlot(name);
  }
}

function documentNameOf(client: Buffer): string | undefined {
  const name = KIND + encodeURIComponent(client.toString('latin1'));
  return isDocumentName(Buffer.from(name), 0, name.length) ? name : undefined;
}

function encodeCard({ name, face }: Card): string {
  const short = name && Buffer.from(name.slice(0, MAX_CARD_NAME)).toString(); // no half characters
  return JSON.stringify({ name: short && encodeURIComponent(short), face });
}

/** Whatever a server has written: one of a later version may have written something else. */
function decodeCard(text: string): Card | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const { name, face }: { readonly name?: unknown; readonly face?: unknown } = value;
    return {
      name: typeof name === 'string' ? decodeURIComponent(name) : undefined,
      face: typeof face === 'string' ? face : undefined,
    };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof URIError) return undefined;
    throw error;
  }
}
