import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT } from '../support/process.ts';

/** Where the inputs are kept that are worth starting from, a folder for each kind. */
export const CORPUS = join(CHECKOUT, 'test/fuzz/corpus');

/** An input that was kept, in text of one character a byte. */
export interface KeptInput {
  readonly file: string;
  readonly input: string;
}

/** The inputs of one kind, in a fixed order. */
export function readCorpus(corpus: string, kind: string): KeptInput[] {
  const folder = join(corpus, kind);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name))
    .map((file) => ({ file, input: readFileSync(file, 'latin1') }));
}

/**
 * Keeps an input that something failed on: from then on every run begins with it.
 *
 * @returns the file
 */
export function keepFinding(corpus: string, kind: string, input: string): string {
  const folder = join(corpus, kind);
  mkdirSync(folder, { recursive: true });
  const name = createHash('sha256').update(input, 'latin1').digest('hex').slice(0, 12);
  const file = join(folder, `finding-${name}`);
  writeFileSync(file, input, 'latin1');
  return file;
}
