import { LRUCache } from 'lru-cache';

import type { Card } from '../../service/cards.ts';
import type { ClientSets } from '../../service/client-sets.ts';
import type { Location, LocationService } from '../../service/location-service.ts';
import { Origin } from '../../store/spatial-index-origin.ts';
import type { Caller } from '../api/route.ts';
import { assignTids } from './tids.ts';

/** The most friends in one answer, 6 kB of it for each report of a phone: those nearest to it. */
const MAX_FRIENDS = 50;
/** A card is sent again after this time, in seconds: apps forget cards when they restart, and responses get lost. */
const CARD_AGAIN_SECONDS = 3600;
/** How many cards are known as sent, 4 MB: of 500 phones with 50 friends each. Others are sent again. */
const MAX_SENT_CARDS = 25_000;
const E7 = 1e7;

/** A client that a phone's holder may see. */
export interface Friend {
  /** Two characters that no other friend of this viewer has. */
  readonly tid: string;
  readonly location: Location;
  /** Where the viewer does not have it, or not as it is now. */
  readonly card: Card | undefined;
}

/** Who asks for friends. */
export interface Viewer {
  readonly caller: Pick<Caller, 'reads' | 'may' | 'tokenId'>;
  /** The client that the phone reports as, of one character a byte. */
  readonly client: string;
}

/** What finding friends needs. */
export interface FriendsParts {
  readonly service: Pick<LocationService, 'cards' | 'finder' | 'locations'>;
  readonly sets: Pick<ClientSets, 'slotsOf'>;
  /** Whether there may be clients that are not in the store yet. */
  readonly isReplaying: () => boolean;
  /** In milliseconds since 1970. */
  readonly nowMs: () => number;
}

/** A card that a viewer was sent. */
interface SentCard {
  readonly version: number;
  readonly atMs: number;
}

/** Finds the clients that a phone's holder may see, and tracks which cards each viewer has. */
export class Friends {
  readonly #parts: FriendsParts;
  readonly #sent = new LRUCache<string, SentCard>({ max: MAX_SENT_CARDS });

  constructor(parts: FriendsParts) {
    this.#parts = parts;
  }

  /**
   * The friends of a phone, the nearest first, without the phone itself. None while the journal is replayed: with some
   * of the clients missing, others would get their tracker IDs.
   */
  async of(viewer: Viewer): Promise<readonly Friend[]> {
    const { caller, client } = viewer;
    if (caller.reads.length === 0 || this.#parts.isReplaying()) return [];
    const self = await this.#parts.service.locations.get(Buffer.from(client, 'latin1'));
    const visible = (await this.#team(viewer)) ?? (await this.#nearest(viewer, self));
    const tids = assignTids(
      visible.map(({ client: id, attributes: { tid } }) => ({
        client: id,
        tid: typeof tid === 'string' ? tid : undefined,
      })),
    );
    return nearestFirst(visible, self)
      .filter((location) => location.client !== client)
      .slice(0, MAX_FRIENDS)
      .map((location) => ({
        tid: tids.get(location.client) ?? '',
        location,
        card: this.#newCard(viewer, location.client),
      }));
  }

  /** All clients that a viewer may see; `undefined` if they are too many to examine each time. */
  async #team({ caller }: Viewer): Promise<readonly Location[] | undefined> {
    const { sets, service } = this.#parts;
    const slots = await sets.slotsOf(caller.reads);
    if (slots === undefined) return undefined;
    const locations = service.locations.atEach(slots);
    return locations.filter((location) => caller.may('read', location.client));
  }

  /** The nearest clients that a viewer may see. */
  async #nearest({ caller }: Viewer, self: Location | undefined): Promise<readonly Location[]> {
    const { finder } = this.#parts.service;
    const [latitudeE7, longitudeE7] = placeOf(self);
    const isWanted = ({ client }: Location): boolean => caller.may('read', client);
    const { clients } = await finder.nearest(latitudeE7, longitudeE7, {
      limit: MAX_FRIENDS + 1, // the phone itself is one
      isWanted,
    });
    return clients.map(({ location }) => location);
  }

  /** A client's card, where the viewer has to be sent it. */
  #newCard({ caller, client: viewer }: Viewer, client: string): Card | undefined {
    const { cards } = this.#parts.service;
    const bytes = Buffer.from(client, 'latin1');
    const version = cards.versionOf(bytes);
    if (version === undefined) return undefined;
    const key = `${caller.tokenId ?? ''} ${viewer} ${client}`;
    const had = this.#sent.get(key);
    const atMs = this.#parts.nowMs();
    const isOld = had === undefined || atMs - had.atMs >= CARD_AGAIN_SECONDS * 1000;
    if (!isOld && had.version === version) return undefined;
    this.#sent.set(key, { version, atMs });
    return cards.get(bytes);
  }
}

/** Those nearest to a phone first; where it has not reported, in the order of their IDs. */
function nearestFirst(
  locations: readonly Location[],
  self: Location | undefined,
): readonly Location[] {
  const from = new Origin(...placeOf(self));
  const distanceOf = (location: Location): number =>
    self === undefined ? 0 : from.haversine(...placeOf(location), 1);
  return locations
    .map((location) => ({ location, distance: distanceOf(location) }))
    .sort((a, b) => a.distance - b.distance || (a.location.client < b.location.client ? -1 : 1))
    .map(({ location }) => location);
}

/** Latitude and longitude in 1e-7 degrees. */
function placeOf(location: Location | undefined): readonly [number, number] {
  const { latitude, longitude } = location?.position ?? { latitude: 0, longitude: 0 };
  return [Math.round(latitude * E7), Math.round(longitude * E7)];
}
