import type { ServerStatus } from '../server-status.ts';
import { parseStatus } from './status-text.ts';

/** What a server of the herd, the sender or another one, said of itself so long ago. */
export interface SaidStatus {
  readonly ageMs: number;
  readonly status: ServerStatus;
  /** The status as it came: it is sent on with what a later version may have added. */
  readonly text: string;
}

const LINE = /^STATUS (\d{1,15}) (.*)$/;

/** @param text a status, see `formatStatus` */
export function formatStatusLine(ageMs: number, text: string): string {
  return `STATUS ${Math.max(0, Math.round(ageMs))} ${text}\n`;
}

/** Reads one line, without its end; `undefined` where it is no status. */
export function parseStatusLine(line: string): SaidStatus | undefined {
  const [, age, text = ''] = LINE.exec(line) ?? [];
  const status = parseStatus(text);
  return age === undefined || status === undefined
    ? undefined
    : { ageMs: Number(age), status, text };
}
