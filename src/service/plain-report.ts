import type { Attributes } from '../protocol/attributes.ts';
import { ByteWriter } from '../protocol/byte-writer.ts';
import { CommandScanner, MAX_COMMAND_BYTES } from '../protocol/command.ts';
import { shortestFormat, writeReport, type Report } from '../protocol/report.ts';
import { LATEST_SECONDS, type Instant } from '../protocol/timestamp.ts';
import { isWhite } from '../protocol/white-space.ts';

const SPACE = 0x20;
const E7 = 10_000_000;
const MAX_NANOSECONDS = 999_999_999;
const IAMAT = 'IAMAT ';
/** Room for most reports; the writer grows for longer ones. */
const SCRATCH_BYTES = 256;

/** A report in plain values, as front ends other than the text protocol's have it. */
export interface PlainReport {
  /** The client's ID: any bytes but white space; at most about 4,000. */
  readonly client: Buffer;
  /** Degrees (WGS 84), -90 to 90; kept to 1e-7 degree. */
  readonly latitude: number;
  /** Degrees (WGS 84), -180 to 180; kept to 1e-7 degree. */
  readonly longitude: number;
  /** When the client was there. */
  readonly time: Instant;
  readonly attributes: Attributes;
}

export type PlainReportErrorCode = 'CLIENT_INVALID' | 'POSITION_INVALID' | 'TIME_INVALID';

/** A report or a removal has a value that it cannot have. */
export class PlainReportError extends Error {
  override readonly name = 'PlainReportError';
  readonly code: PlainReportErrorCode;

  constructor(code: PlainReportErrorCode, what: string, found: unknown, expected: string) {
    super(`${what}: found ${String(found)}, expected ${expected}`);
    this.code = code;
  }
}

/** Makes of plain values what a client of the text protocol would have reported. */
export class PlainReports {
  readonly #out = new ByteWriter(SCRATCH_BYTES);
  readonly #command = new CommandScanner();

  /**
   * The report, as if it had come in a line: a view, until the next one is made.
   *
   * @throws {PlainReportError} where a value is not what it has to be
   */
  report({ client, latitude, longitude, time }: PlainReport): Report {
    requireClient(client);
    requirePosition(latitude, longitude);
    requireTime(time);
    const out = this.#out;
    out.length = 0;
    out.text(IAMAT);
    out.copy(client, 0, client.length);
    out.byte(SPACE);
    const [latitudeE7, longitudeE7] = [Math.round(latitude * E7), Math.round(longitude * E7)];
    const { seconds, nanoseconds } = time;
    const format = shortestFormat(latitudeE7, longitudeE7, nanoseconds);
    writeReport(out, format, latitudeE7, longitudeE7, seconds, nanoseconds);
    if (
      out.length > MAX_COMMAND_BYTES ||
      this.#command.scan(out.bytes, 0, out.length) !== 'IAMAT'
    ) {
      const most = MAX_COMMAND_BYTES - (out.length - client.length);
      throw new PlainReportError('CLIENT_INVALID', 'client', tooLong(client), `at most ${most}`);
    }
    return this.#command;
  }
}

/** @throws {PlainReportError} where bytes cannot be a client's ID */
export function requireClient(client: Buffer): void {
  if (client.length > MAX_COMMAND_BYTES) {
    const most = `at most ${MAX_COMMAND_BYTES}`;
    throw new PlainReportError('CLIENT_INVALID', 'client', tooLong(client), most);
  }
  if (client.length > 0 && !client.some(isWhite)) return;
  const shown = JSON.stringify(client.toString('latin1'));
  const expected = 'bytes without white space, one at least';
  throw new PlainReportError('CLIENT_INVALID', 'client', shown, expected);
}

function tooLong(client: Buffer): string {
  return `${client.length} bytes`;
}

function requirePosition(latitude: number, longitude: number): void {
  requireAngle('latitude', latitude, 90);
  requireAngle('longitude', longitude, 180);
}

function requireAngle(what: string, degrees: number, limit: number): void {
  if (Math.abs(degrees) <= limit) return;
  const expected = `degrees from -${limit} to ${limit}`;
  throw new PlainReportError('POSITION_INVALID', what, degrees, expected);
}

function requireTime({ seconds, nanoseconds }: Instant): void {
  const isSeconds = Number.isInteger(seconds) && seconds >= 0 && seconds <= LATEST_SECONDS;
  if (!isSeconds) {
    const expected = `whole seconds since 1970, at most ${LATEST_SECONDS}`;
    throw new PlainReportError('TIME_INVALID', 'time', seconds, expected);
  }
  if (Number.isInteger(nanoseconds) && nanoseconds >= 0 && nanoseconds <= MAX_NANOSECONDS) return;
  const expected = `nanoseconds from 0 to ${MAX_NANOSECONDS}`;
  throw new PlainReportError('TIME_INVALID', 'time', nanoseconds, expected);
}
