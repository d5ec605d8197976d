import { randomBytes } from 'node:crypto';
import { open, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { HerdConfig } from '../config/herd-config.ts';
import { systemCode, systemReason } from '../errors.ts';
import { Findings, type Finding } from './finding.ts';
import { ANSWER_WITHIN_MS, undefinedIfLate, within } from './within.ts';

/** A journal and its snapshot of a million clients are some hundred megabytes each, and two of them are there for a while. */
const LITTLE_BYTES = 1024 ** 3;
/** Less is gone within minutes under load. */
const LEAST_BYTES = 64 * 1024 ** 2;
/** With acknowledge: journaled each reply waits for a sync; more of them than so many milliseconds are felt. */
const SLOW_SYNC_MS = 50;
/** How often is synced: the middle one counts. */
const SYNCS = 5;
const SYNC_BYTES = 4096;

/** Whether the folders can be written to, how much room they have, and how fast what is written is on disk. */
export async function diskFindings({ data, logs }: HerdConfig): Promise<Finding[]> {
  const findings = new Findings('disk');
  const folders = [
    ['data', data],
    ['logs', logs],
  ] as const;
  for (const [key, folder] of folders) {
    if (folder === undefined) findings.ok(key, 'none is kept');
    else await lookAt(findings, key, folder);
  }
  return findings.all;
}

async function lookAt(findings: Findings, key: string, folder: string): Promise<void> {
  try {
    const there = await firstThere(folder);
    const missing = there === folder ? '' : '; it is made at the start';
    const syncMs = await within(measureSync(there)).catch(undefinedIfLate);
    const { bavail, bsize } = await within(statfs(there));
    const freeBytes = bavail * bsize;
    const room = `${formatBytes(freeBytes)} free`;
    const remedy = `make room, or name another folder with ${key}`;
    if (freeBytes < LEAST_BYTES) findings.wrong(key, `${folder}: ${room}`, remedy);
    else if (freeBytes < LITTLE_BYTES) findings.warning(key, `${folder}: ${room}`, remedy);
    else findings.ok(key, `${folder}: ${room}${missing}`);
    if (key === 'data') judgeSync(findings, syncMs);
  } catch (error) {
    const reason = systemReason(error) ?? (error instanceof Error ? error.message : String(error));
    const remedy = `give the user of the servers the right to write there, or name another folder with ${key}`;
    findings.wrong(key, `${folder} cannot be written to: ${reason}`, remedy);
  }
}

/** @param syncMs `undefined` where it took longer than anybody waited */
function judgeSync(findings: Findings, syncMs: number | undefined): void {
  const found =
    syncMs === undefined
      ? `a write is not on disk after ${ANSWER_WITHIN_MS} ms`
      : `a write is on disk after ${syncMs.toFixed(1)} ms`;
  if (syncMs !== undefined && syncMs <= SLOW_SYNC_MS) findings.ok('data', found);
  else findings.warning('data', found, 'acknowledge: journaled waits for it; use a faster disk');
}

/** The folder, or the nearest one above it that is there. */
async function firstThere(folder: string): Promise<string> {
  for (let at = folder; ; at = dirname(at)) {
    try {
      await within(stat(at));
      return at;
    } catch (error) {
      if (systemCode(error) !== 'ENOENT' || at === dirname(at)) throw error;
    }
  }
}

/** How long a small write takes to be on disk, in milliseconds. */
async function measureSync(folder: string): Promise<number> {
  const path = join(folder, `.doctor-${randomBytes(8).toString('hex')}`);
  const times: number[] = [];
  try {
    await using file = await open(path, 'wx', 0o600);
    for (let i = 0; i < SYNCS; i += 1) {
      const startMs = performance.now();
      await file.write(Buffer.alloc(SYNC_BYTES, i));
      await file.datasync();
      times.push(performance.now() - startMs);
    }
  } finally {
    await rm(path, { force: true });
  }
  return times.sort((a, b) => a - b)[Math.floor(SYNCS / 2)] ?? 0;
}

function formatBytes(bytes: number): string {
  const gigabytes = bytes / 1e9;
  return gigabytes >= 1 ? `${gigabytes.toFixed(1)} GB` : `${(bytes / 1e6).toFixed(0)} MB`;
}
