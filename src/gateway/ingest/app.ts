import type { IncomingHttpHeaders } from 'node:http';

import type { Attributes } from '../../protocol/attributes.ts';
import type { Instant } from '../../protocol/timestamp.ts';
import type { Card } from '../../service/cards.ts';
import type { BatteryReading } from '../../store/sign-of-life.ts';
import type { Friend } from '../friends/friends.ts';

/** A request of a phone app, as it came. */
export interface AppRequest {
  readonly method: string;
  /** What is in the path behind app and token, for example `/client/index.php`. */
  readonly rest: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Decompressed. */
  readonly body: Buffer;
  /** What the phone encrypts with, 32 bytes; `undefined` where its token has no passphrase. */
  readonly key: Uint8Array | undefined;
}

/** Where a phone was, in SI units. */
export interface Fix {
  /** What the app calls the phone; `undefined` where it does not say. */
  readonly device: string | undefined;
  /** Degrees (WGS 84). */
  readonly latitude: number;
  readonly longitude: number;
  /** When; `undefined` where it does not say, which means: now. */
  readonly time: Instant | undefined;
  readonly attributes: Attributes;
}

/** That a phone lives, of a part of a request that does not say where it is. */
export interface PhoneSign {
  /** What the app calls the phone; `undefined` where it does not say. */
  readonly device: string | undefined;
  readonly battery: BatteryReading;
}

/** Why a part of a request is of no use. It is counted and logged, and answered as a success all the same. */
export type UnusedReason =
  | 'no-position' // a heartbeat, a status, or cells and networks alone
  | 'invalid-position' // latitude or longitude are none
  | 'other-message' // of a kind that says nothing of where the phone is
  | 'encrypted' // there is no passphrase for it
  | 'not-decrypted' // the passphrase is another one, or it was damaged
  | 'face-too-large' // a card's picture; its name is taken
  | 'invalid-waypoint' // without a name, a position or a radius, or with one that cannot be
  | 'not-understood'; // no message of this app

/** A circle that somebody has marked on their phone. */
export interface Waypoint {
  readonly name: string;
  /** Degrees (WGS 84). */
  readonly latitude: number;
  readonly longitude: number;
  readonly radiusM: number;
}

/** What an app says that shows friends, beside fixes. */
export interface Extras {
  /** What the app calls the phone; `undefined` where it does not say. */
  readonly device: string | undefined;
  /** Whether it came encrypted. */
  readonly isEncrypted: boolean;
  /** What the phone's holder is called, and looks like. */
  readonly card: Omit<Card, 'icon'> | undefined;
  readonly waypoints: readonly Waypoint[];
}

/** What a request says. */
export interface Reading {
  /** In the order in which they are to be taken in. */
  readonly fixes: readonly Fix[];
  readonly signs: readonly PhoneSign[];
  readonly unused: readonly UnusedReason[];
  /** `undefined` where the app shows no friends, or it was not understood. */
  readonly extras?: Extras | undefined;
}

/** What an app is told beside that it was a success. */
export interface Told {
  readonly friends: readonly Friend[];
  /** What to encrypt that with; `undefined` where it is not to be encrypted. */
  readonly encryption: Encryption | undefined;
}

/** What one message is encrypted with. */
export interface Encryption {
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** 24 bytes that no other message has. */
  readonly nonce: Uint8Array;
}

/** What an app takes for a success: any other answer has it repeat, drop or complain. */
export interface AppAnswer {
  readonly status: number;
  /** The media type; `undefined` where there is no body. */
  readonly type: string | undefined;
  readonly body: string;
}

/** How to read what an app sends, and what to answer it. */
export interface PhoneApp {
  /** As it is in the path: `/in/owntracks/TOKEN`. */
  readonly name: string;
  /** Reads a request. Whatever it is, this throws nothing. */
  readonly parse: (request: AppRequest) => Reading;
  /** What the app is told once all is stored, or of no use. */
  readonly respond: (request: AppRequest, told: Told) => AppAnswer;
}

/** Nothing but that it was a success. */
export const TOLD_NOTHING: Told = { friends: [], encryption: undefined };

/**
 * A request without usable data, which is only a sign of life.
 *
 * @param device what the app calls the phone, where it says so
 */
export function unused(
  reason: UnusedReason,
  device?: string,
  battery: BatteryReading = {},
): Reading {
  return { fixes: [], signs: [signOf(device, battery)], unused: [reason] };
}

/** That a phone lives. */
export function signOf(device: string | undefined, battery: BatteryReading = {}): PhoneSign {
  return { device, battery };
}

/** What several parts of a request say together. */
export function joinReadings(readings: readonly Reading[]): Reading {
  return {
    fixes: readings.flatMap(({ fixes }) => fixes),
    signs: readings.flatMap(({ signs }) => signs),
    unused: readings.flatMap((reading) => reading.unused),
  };
}
