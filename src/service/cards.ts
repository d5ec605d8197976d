import { createHash } from 'node:crypto';

import type { StoredDocuments } from '../store/stored-documents.ts';
import { NO_SLOT } from '../store/slot-index.ts';
import { isDocumentName } from '../store/document.ts';
import type { StoredOutcome } from './report-outcome.ts';

/*
 * A card is a document of the store, and so every server has it. Its name is `card/` and the client's ID in percent
 * encoding, byte by byte; its text is JSON, the name in percent encoding, since documents are ASCII without spaces:
 *
 *     {"name":"Anna%20B.","icon":"bike","face":"iVBORw0KGgo…"}
 */

const KIND = 'card/';

/** The longest name, in characters (UTF-16): two words; in its document each takes up to 9 bytes. */
export const MAX_CARD_NAME = 64;
/** The most cards and other documents: with the largest pictures they take 80 MB at each server. */
export const MAX_CARDS = 10_000;
/** How many cards of clients that are not known any more make room at once for a new one: the tick goes on in between. */
const EVICTED_AT_ONCE = 100;
/** How many digits of a hash tell two pictures of one client apart. */
const TAG_DIGITS = 16;

/** The icons that a client can have. A herd of a later version may have others: those are left out. */
export const CARD_ICONS = [
  'person',
  'car',
  'bike',
  'bus',
  'boat',
  'truck',
  'pet',
  'phone',
] as const;

type CardIcon = (typeof CARD_ICONS)[number];

/** What somebody is called, and looks like. */
export interface Card {
  readonly name: string | undefined;
  readonly icon: CardIcon | undefined;
  /** A picture in base64. @see isFace */
  readonly face: string | undefined;
}

/** A card in a list of all: the picture is left out. */
export interface ListedCard {
  readonly name: string | undefined;
  readonly icon: CardIcon | undefined;
  /** Another one when the picture is another one; `undefined` where there is none. */
  readonly faceTag: string | undefined;
}

/** What becomes of a card. */
export type CardOutcome = StoredOutcome | 'too many cards' | 'client ID too long'; // for the name of a document

/** The dependencies of cards. */
export interface CardParts {
  readonly documents: Pick<StoredDocuments, 'count' | 'slotOf' | 'textAt' | 'watch'>;
  /** The seq of the change that put a slot of the store where it is in the feed. */
  readonly seqOf: (slot: number) => number;
  /** Puts a document, or removes one: `body` is `undefined`. */
  readonly putDocument: (
    name: string,
    body: string | undefined,
  ) => Promise<StoredOutcome> | StoredOutcome;
  /** Whether a client is known that is neither removed nor forgotten. */
  readonly isKnown: (client: Buffer) => boolean;
}

/** The cards of all clients that have one. */
export class Cards {
  readonly #parts: CardParts;
  /** By the client's ID, of one character a byte. */
  readonly #listed = new Map<string, ListedCard>();
  #changes = 0;

  constructor(parts: CardParts) {
    this.#parts = parts;
    parts.documents.watch((name, body) => this.#take(name, body));
  }

  /** All cards that are known by now, by the ID of the client, of one character a byte. */
  get listed(): ReadonlyMap<string, ListedCard> {
    return this.#listed;
  }

  /** How many changes of cards this server has seen since it started. */
  get changes(): number {
    return this.#changes;
  }

  /** A number that is another one at this server once a client's card has changed; `undefined` where it has none. */
  versionOf(client: Buffer): number | undefined {
    const slot = this.#slotOf(client);
    return slot === NO_SLOT ? undefined : this.#parts.seqOf(slot);
  }

  /** The card of a client; `undefined` where it has none. */
  get(client: Buffer): Card | undefined {
    const slot = this.#slotOf(client);
    return slot === NO_SLOT ? undefined : decodeCard(this.#parts.documents.textAt(slot));
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
    if (slot === NO_SLOT && !this.#hasRoom()) return 'too many cards';
    if (slot !== NO_SLOT && this.#parts.documents.textAt(slot) === text) return 'accepted';
    return this.#parts.putDocument(name, text);
  }

  /**
   * Removes a client's card from the whole herd, where it has one. What comes after it in the feed promises as much.
   *
   * @returns settled once what `acknowledge` promises of it is true, or cannot be
   */
  async remove(client: Buffer): Promise<StoredOutcome> {
    const name = documentNameOf(client);
    if (name === undefined || this.#slotOf(client) === NO_SLOT) return 'accepted';
    return this.#parts.putDocument(name, undefined);
  }

  /** Whether there is room for another card, once those of clients that are not known any more have made it. */
  #hasRoom(): boolean {
    const { documents, isKnown } = this.#parts;
    if (documents.count < MAX_CARDS) return true;
    let evicted = 0;
    for (const id of this.#listed.keys()) {
      const client = Buffer.from(id, 'latin1');
      if (isKnown(client)) continue;
      void this.remove(client);
      evicted += 1;
      if (evicted === EVICTED_AT_ONCE) break;
    }
    return documents.count < MAX_CARDS;
  }

  #take(documentName: string, body: string | undefined): void {
    const client = clientOf(documentName);
    if (client === undefined) return;
    const card = body === undefined ? undefined : decodeCard(body);
    if (card === undefined) this.#listed.delete(client);
    else this.#listed.set(client, listedOf(card));
    this.#changes += 1;
  }

  #slotOf(client: Buffer): number {
    const name = documentNameOf(client);
    return name === undefined ? NO_SLOT : this.#parts.documents.slotOf(name);
  }
}

function documentNameOf(client: Buffer): string | undefined {
  const name = KIND + encodeURIComponent(client.toString('latin1'));
  return isDocumentName(Buffer.from(name), 0, name.length) ? name : undefined;
}

/** The client whose card a document is, of one character a byte; `undefined`: it is no card. */
function clientOf(documentName: string): string | undefined {
  if (!documentName.startsWith(KIND)) return undefined;
  try {
    return decodeURIComponent(documentName.slice(KIND.length));
  } catch {
    return undefined;
  }
}

function listedOf({ name, icon, face }: Card): ListedCard {
  const hash = face && createHash('sha256').update(face).digest('hex').slice(0, TAG_DIGITS);
  return { name, icon, faceTag: hash };
}

function encodeCard({ name, icon, face }: Card): string {
  const short = name && Buffer.from(name.slice(0, MAX_CARD_NAME)).toString(); // no half characters
  return JSON.stringify({ name: short && encodeURIComponent(short), icon, face });
}

/** Whatever a server has written: one of a later version may have written something else. */
function decodeCard(text: string): Card | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const { name, icon, face }: { readonly [K in keyof Card]?: unknown } = value;
    return {
      name: typeof name === 'string' ? decodeURIComponent(name) : undefined,
      icon: CARD_ICONS.find((each) => each === icon),
      face: typeof face === 'string' ? face : undefined,
    };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof URIError) return undefined;
    throw error;
  }
}
