import { signal } from '@preact/signals';
import { HerdError } from 'proxy-herd/client';

import { AnswerOrder } from './answer-order.ts';
import { askRepeatedly } from './ask-repeatedly.ts';
import { CARD_ICONS, type CardIcon } from './card-icons.ts';
import { noteUnauthorized } from './connection.ts';
import { change, request } from './request.ts';
import { hasList, isObject } from './shape.ts';
import { shownText } from './shown-text.ts';

/** Others may change them: they are asked for so often, in milliseconds. Where none has changed that costs next to nothing. */
const EVERY_MS = 15_000;

/** What a client is called, and looks like. */
interface Card {
  readonly client: string;
  readonly name?: string;
  /** One of `CARD_ICONS`, or one of a server of a later version. */
  readonly icon?: string;
  /** Where there is a picture: another one when the picture is another one. @see faceOf */
  readonly faceTag?: string;
}

/** A card as it is put. */
interface EditedCard {
  readonly name?: string | undefined;
  readonly icon?: string | undefined;
  /** A picture in base64. */
  readonly face?: string | undefined;
}

/** The cards of the clients that the user may see, by client ID. */
export const cards = signal<ReadonlyMap<string, Card>>(new Map());

/** Whether the herd has said once which cards there are. */
export const hasCards = signal(false);

/** Why it is not known which cards there are; `undefined`: it is. */
export const cardsFailure = signal<string | undefined>(undefined);

const order = new AnswerOrder();

/** Pictures that were asked for, by tag; `undefined` until one is there. */
const faces = new Map<string, ReturnType<typeof signal<string | undefined>>>();

/** What a client is called, as it is shown: its name, or its ID. Who calls it in an effect is told of changes. */
export function nameOf(client: string): string {
  return shownText(cards.value.get(client)?.name ?? client);
}

/** What a client is; `undefined`: it does not say, or this page has no such icon. */
export function iconOf(client: string): CardIcon | undefined {
  const icon = cards.value.get(client)?.icon;
  return CARD_ICONS.find((each) => each === icon);
}

/**
 * The picture of a client as a URL for an image; `undefined` where it has none, or it is not there yet. It is asked for
 * when somebody wants to see it first.
 */
export function faceOf(client: string): string | undefined {
  const tag = cards.value.get(client)?.faceTag;
  if (tag === undefined) return undefined;
  let face = faces.get(tag);
  if (face === undefined) {
    face = signal<string | undefined>(undefined);
    faces.set(tag, face);
    void loadFace(client, tag);
  }
  return face.value;
}

/** A picture as a URL for an image. Browsers look at its bytes themselves; as this type they run nothing that is in it. */
export function faceUrl(face: string): string {
  return `data:image/png;base64,${face}`;
}

async function loadFace(client: string, tag: string): Promise<void> {
  try {
    const { face } = await readCard(client);
    const into = faces.get(tag);
    if (into !== undefined && face !== undefined) into.value = faceUrl(face);
  } catch {
    faces.delete(tag); // the next who wants to see it asks again
  }
}

/** The whole card of a client, its picture included; an empty one where it has none. @throws {HerdError} */
export async function readCard(client: string): Promise<EditedCard> {
  if (!cards.peek().has(client)) return {};
  return request('GET', pathOf(client), isCard);
}

/** Puts a card in the whole herd, in the place of the one before; removes it where there is nothing in it. @throws {HerdError} */
export async function putCard(client: string, card: EditedCard): Promise<void> {
  const { name, icon, face } = card;
  const isEmpty = name === undefined && icon === undefined && face === undefined;
  if (isEmpty) await change('DELETE', pathOf(client));
  else await change('PUT', pathOf(client), { body: { name, icon, face } });
  await refresh();
}

/** Asks for the cards now: many of them are other ones. */
export function refreshCards(): void {
  void refresh();
}

/** Follows the cards. Returns what ends that. */
export function followCards(): () => void {
  return askRepeatedly(EVERY_MS, refresh);
}

async function refresh(signal?: AbortSignal): Promise<void> {
  const asked = order.ask();
  try {
    const options = signal === undefined ? {} : { signal };
    const answer = await request('GET', '/v1/cards', isCards, options);
    if (!order.take(asked)) return;
    const next = new Map(answer.cards.map((card) => [card.client, card]));
    if (!isSame(next, cards.peek())) cards.value = next;
    hasCards.value = true;
    cardsFailure.value = undefined;
  } catch (error) {
    if (signal?.aborted === true || noteUnauthorized(error)) return;
    cardsFailure.value = error instanceof HerdError ? error.message : String(error);
  }
}

function isCards(value: unknown): value is { readonly cards: readonly Card[] } {
  return hasList(value, 'cards');
}

function isCard(value: unknown): value is EditedCard {
  return isObject(value);
}

function isSame(a: ReadonlyMap<string, Card>, b: ReadonlyMap<string, Card>): boolean {
  if (a.size !== b.size) return false;
  return [...a].every(([client, card]) => {
    const other = b.get(client);
    return (
      card.name === other?.name && card.icon === other?.icon && card.faceTag === other?.faceTag
    );
  });
}

function pathOf(client: string): string {
  return `/v1/clients/${encodeURIComponent(client)}/card`;
}
