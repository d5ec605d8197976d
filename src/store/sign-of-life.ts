import { decodeAttributes, encodeAttributes } from '../protocol/attributes.ts';
import { NO_POSITION, type ReportFormat } from '../protocol/report.ts';
import type { Instant } from '../protocol/timestamp.ts';
import { isDocumentName } from './document.ts';

/*
 * A sign of life says that a client was heard of, though not where it is: a heartbeat, a status, a late report. It is a
 * document, one of each client, whose newest stays. Its name is `seen/` and the client's ID, in percent encoding
 * where no name can have a byte; its text is what the client was heard through, and its battery where that is known, as
 * the text of attributes:
 *
 *     DOCUMENT Riley +0.000000000 seen/kiwi 1621464829.000000000 traccar;batteryPercent=80;charging=true
 *
 * Other documents stay until they are removed; this one is forgotten as locations are.
 */

const KEY_START = ' seen/';
const KEY_START_BYTES = Buffer.from(KEY_START, 'latin1');
/** In the place of a row's format: it tells signs of life from other documents. */
export const SIGN_FORMAT: ReportFormat = NO_POSITION | 1;

/** What has to be written in percent encoding, and that. */
const NO_NAME = /[^!-$&-~]/g;
const ESCAPED = /%([0-9A-F]{2})/g;

/** What a client said of its battery as it was heard. */
export interface BatteryReading {
  /** 0 to 100. */
  readonly batteryPercent?: number | undefined;
  readonly charging?: boolean | undefined;
}

/** What is kept of it that a client was heard of. */
export interface SignOfLife extends BatteryReading {
  /** When a server received it. */
  readonly received: Instant;
  /** The server that received it. */
  readonly origin: string;
  /** What the client was heard through: a phone app's name, or `report` for a report that changed nothing. */
  readonly app: string;
}

/** Whether the key of a record is a sign of life's. */
export function isSignKey(bytes: Buffer, start: number, end: number): boolean {
  const nameStart = start + KEY_START.length;
  return end > nameStart && KEY_START_BYTES.compare(bytes, start, nameStart) === 0;
}

/** The key of a client's sign of life; `undefined` where the ID is too long for one. */
export function signKey(client: Buffer): Buffer | undefined {
  const id = client.toString('latin1').replace(NO_NAME, escape);
  const key = Buffer.from(KEY_START + id, 'latin1');
  return isDocumentName(key, 1, key.length) ? key : undefined;
}

/** The ID of the client whose sign of life has a key. */
export function clientOfSign(key: Buffer): Buffer {
  const id = key.toString('latin1', KEY_START.length);
  const bytes = id.replace(ESCAPED, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');
}

/** The text of a sign of life. */
export function encodeSign(app: string, { batteryPercent, charging }: BatteryReading): string {
  const reading = encodeAttributes({ batteryPercent, charging });
  return reading === '' ? app : `${app};${reading}`;
}

/** What the text of a sign of life says; of a later version's what is known here. */
export function decodeSign(text: string): BatteryReading & { readonly app: string } {
  const [app = ''] = text.split(';', 1);
  const { batteryPercent, charging } = decodeAttributes(text.slice(app.length + 1)) ?? {};
  return { app, batteryPercent, charging };
}

function escape(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
