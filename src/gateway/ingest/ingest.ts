import { redactTokens } from '../../protocol/redact-tokens.ts';
import { readableText } from '../../protocol/readable-text.ts';
import type { Instant } from '../../protocol/timestamp.ts';
import type { LocationService } from '../../service/location-service.ts';
import { PlainReportError } from '../../service/plain-report.ts';
import { requireTaken } from '../api/report.ts';
import type { Caller } from '../api/route.ts';
import { takeAll } from '../api/take-all.ts';
import { Problem } from '../http/problems.ts';
import {
  type AppAnswer,
  type AppRequest,
  type Extras,
  type Fix,
  type PhoneApp,
  type PhoneSign,
  signOf,
  type Told,
  TOLD_NOTHING,
  type UnusedReason,
} from './app.ts';
import type { Arrivals } from './arrivals.ts';
import { type RefusedExtra, takeCard, takeWaypoint } from './extras.ts';
import type { Friends } from '../friends/friends.ts';

/** White space, which no client's ID has. */
const WHITE = /\s+/g;

/** How many bytes of an encrypted answer no other has. */
const NONCE_BYTES = 24;

/** Why something is of no use that its app wrote as it should. */
type RefusedReason =
  | RefusedExtra
  | 'no-device' // neither the token nor the request says whose phone it is
  | 'invalid-device' // a name that no client can have
  | 'invalid-time' // before 1970, or too far from it
  | 'waypoint-not-allowed'; // the token's waypoints become no geofences

/** Why something that came from a phone is of no use. */
export type PhoneReason = UnusedReason | RefusedReason | 'too-large';

/** What came and is of no use. */
export interface UnusedPhoneData {
  readonly event: 'phone-data-unused';
  readonly app: string;
  /** The token's own client, or what the first fix calls the phone. */
  readonly client: string | undefined;
  readonly reason: PhoneReason;
  /** How often in one request. */
  readonly count: number;
  readonly address: string;
}

/** What has come from phones so far, by the names of their apps. */
export interface PhoneCounts {
  /** Reports that were stored; in one request there can be several. */
  readonly accepted: ReadonlyMap<string, number>;
  /** What was of no use, by its reason. */
  readonly unused: ReadonlyMap<string, ReadonlyMap<PhoneReason, number>>;
}

/** What taking in what phones send needs. */
export interface IngestParts {
  readonly service: Pick<LocationService, 'report' | 'clients' | 'cards' | 'geofences' | 'signs'>;
  readonly friends: Pick<Friends, 'of'>;
  readonly now: () => Instant;
  /** So many bytes of a cryptographic source. */
  readonly randomBytes: (count: number) => Uint8Array;
  readonly log: { write(event: UnusedPhoneData): void };
  readonly arrivals: Arrivals;
}

/** One request of a phone, and who it is from. */
export interface PhoneRequest {
  readonly app: PhoneApp;
  readonly request: AppRequest;
  readonly caller: Caller;
  readonly address: string;
}

/** Takes in what phone apps send. */
export class Ingest {
  readonly #parts: IngestParts;
  readonly #accepted = new Map<string, number>();
  readonly #unused = new Map<string, Map<PhoneReason, number>>();

  constructor(parts: IngestParts) {
    this.#parts = parts;
  }

  get counts(): PhoneCounts {
    return { accepted: this.#accepted, unused: this.#unused };
  }

  /**
   * Stores what a request says. What is of no use is a success all the same: an app would repeat it for ever, and hold
   * up all that comes behind it.
   *
   * @throws {Problem} where something was not stored, or the token is not for this phone
   */
  async take(from: PhoneRequest): Promise<AppAnswer> {
    try {
      return await this.#take(from);
    } catch (error) {
      if (error instanceof Problem) this.#noteRefused(from, error);
      throw error;
    }
  }

  /** Notes that a phone was refused before it was known whose it is. */
  refuse(app: string, address: string, { code }: Problem): void {
    this.#parts.arrivals.noteLost('refused', undefined, { app, address, reason: code });
  }

  async #take(from: PhoneRequest): Promise<AppAnswer> {
    const { app, request, caller } = from;
    const { fixes, signs, unused, extras } = app.parse(request);
    const clients = fixes.map(({ device }) => caller.ownClient ?? clientOf(device));
    for (const client of new Set(clients)) {
      if (client !== undefined) caller.require('report', client);
    }
    const stored = await takeAll(fixes, (fix, index) => this.#store(from, fix, clients[index]));
    const phone = clients[0] ?? caller.ownClient ?? clientOf(extras?.device);
    const others = extras === undefined ? [] : await this.#takeExtras(extras, phone, caller);
    const refused = [...stored, ...others].filter((reason) => reason !== undefined);
    const refusedFixes = fixes.filter((_, index) => stored[index] !== undefined);
    const silent = extras !== undefined && fixes.length === 0 ? [extras] : [];
    const devices = [...refusedFixes, ...silent].map(({ device }) => signOf(device));
    this.#noteSigns(from, [...signs, ...devices]);
    this.#countAll(from, phone, [...unused, ...refused]);
    return app.respond(request, await this.#tell(from, phone, extras));
  }

  /** Counts a body that was too large to be read. */
  passOver({ app, request, caller, address }: PhoneRequest, reason: PhoneReason): AppAnswer {
    const from = { app, request, caller, address };
    this.#noteSigns(from, [signOf(undefined)]);
    this.#countAll(from, caller.ownClient, [reason]);
    return app.respond(request, TOLD_NOTHING);
  }

  /** @throws {Problem} where something was not stored, or the token is not for this phone */
  async #takeExtras(
    { card, waypoints }: Extras,
    phone: string | undefined,
    caller: Caller,
  ): Promise<readonly (RefusedReason | undefined)[]> {
    const { service } = this.#parts;
    if (card === undefined && waypoints.length === 0) return [];
    if (phone === undefined) return ['no-device'];
    caller.require('report', phone);
    const outcomes: (RefusedReason | undefined)[] = [];
    if (card !== undefined) outcomes.push(await takeCard(service, phone, card));
    for (const waypoint of waypoints) {
      const isAllowed = caller.putsWaypoints;
      outcomes.push(
        isAllowed ? await takeWaypoint(service, phone, waypoint) : 'waypoint-not-allowed',
      );
    }
    return outcomes;
  }

  /** What a phone is told: its friends, where its app shows them; encrypted, where it has encrypted as well. */
  async #tell(
    { request: { key }, caller }: PhoneRequest,
    phone: string | undefined,
    extras: Extras | undefined,
  ): Promise<Told> {
    if (extras === undefined) return TOLD_NOTHING;
    const { friends, randomBytes } = this.#parts;
    const isKnown = phone !== undefined && caller.may('report', phone);
    const shown = isKnown ? await friends.of({ caller, client: phone }) : [];
    if (!extras.isEncrypted || key === undefined) return { friends: shown, encryption: undefined };
    return { friends: shown, encryption: { key, nonce: randomBytes(NONCE_BYTES) } };
  }

  /** Notes that phones live, as far as it is known which they are and the token is for them. */
  #noteSigns({ app, caller }: PhoneRequest, signs: readonly PhoneSign[]): void {
    const batteries = new Map<string, PhoneSign['battery']>();
    for (const { device, battery } of signs) {
      const client = caller.ownClient ?? clientOf(device);
      if (client !== undefined && caller.may('report', client)) batteries.set(client, battery);
    }
    for (const [client, battery] of batteries) {
      this.#parts.service.signs.note(Buffer.from(client, 'latin1'), app.name, battery);
    }
  }

  /** @throws {Problem} where it could not be stored */
  async #store(
    { app: { name: app }, address }: PhoneRequest,
    fix: Fix,
    client: string | undefined,
  ): Promise<RefusedReason | undefined> {
    if (client === undefined) return 'no-device';
    const { service, now } = this.#parts;
    const { latitude, longitude, time = now(), attributes } = fix;
    const id = Buffer.from(client, 'latin1');
    try {
      requireTaken(
        await service.report({ client: id, latitude, longitude, time, attributes }),
        service,
      );
      this.#accepted.set(app, (this.#accepted.get(app) ?? 0) + 1);
      const { accuracyM, batteryPercent } = attributes;
      const known = { accuracyM, batteryPercent };
      this.#parts.arrivals.noteStored(client, { app, address, attributes: known });
      return undefined;
    } catch (error) {
      if (!(error instanceof PlainReportError)) throw error;
      return error.code === 'TIME_INVALID' ? 'invalid-time' : 'invalid-device';
    }
  }

  #noteRefused({ app, request, caller, address }: PhoneRequest, { code }: Problem): void {
    const client = caller.ownClient ?? clientOf(app.parse(request).fixes[0]?.device);
    this.#parts.arrivals.noteLost('refused', client, { app: app.name, address, reason: code });
  }

  #countAll(
    { app: { name: app }, address }: PhoneRequest,
    client: string | undefined,
    reasons: readonly PhoneReason[],
  ): void {
    if (reasons.length === 0) return;
    const shown = client === undefined ? undefined : redactTokens(readableText(client));
    const counts = new Map<PhoneReason, number>();
    for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
    const totals = this.#unused.get(app) ?? new Map<PhoneReason, number>();
    this.#unused.set(app, totals);
    for (const [reason, count] of counts) {
      totals.set(reason, (totals.get(reason) ?? 0) + count);
      const about = { app, client: shown, reason, count, address };
      this.#parts.arrivals.noteLost('unused', client, { app, address, reason });
      this.#parts.log.write({ event: 'phone-data-unused', ...about });
    }
  }
}

/** The client that a device is, of one character a byte: its name in UTF-8, with `_` in place of white space. */
function clientOf(device: string | undefined): string | undefined {
  if (device === undefined || device.trim() === '') return undefined;
  return Buffer.from(device.trim().replace(WHITE, '_'), 'utf8').toString('latin1');
}
