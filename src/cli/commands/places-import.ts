import { ImportError } from '../../places/import/import-error.ts';
import { importPlaces, type ImportSummary } from '../../places/import/import-places.ts';
import type {
  InvalidPlace,
  ReadingHooks,
  ReadingProgress,
} from '../../places/import/imported-place.ts';
import { linkTo } from '../../places/html.ts';
import { CliError } from '../errors.ts';
import { print, printMessage } from '../output.ts';
import type { Signals } from '../signals.ts';
import { visible } from '../style.ts';

/** The options of `places import`. */
export interface ImportOptions {
  readonly out?: string;
  readonly attribution: readonly string[];
  readonly skipInvalid?: boolean;
}

/** How many places that were left out are named; the others are counted. */
const MAX_NAMED = 10;

/** How often progress is told, in milliseconds: on a terminal in place, else as a line. */
const TERMINAL_MS = 100;
const LINE_MS = 10_000;

const NUMBER = new Intl.NumberFormat('en');

/**
 * Imports a file of places, and prints what came of it.
 *
 * @throws {CliError} `FAILED` where it cannot be done, or was stopped: then there is nothing new
 */
export async function importFile(
  input: string,
  { out, attribution, skipInvalid = false }: ImportOptions,
  signals: Pick<Signals, 'stopped'>,
): Promise<void> {
  if (out === '') throw new CliError('USAGE', ['found --out "", expected the path of a file']);
  const output = out ?? `${input.replace(/(\.osm)?\.[^./]*$/, '')}.index`;
  const controller = new AbortController();
  void signals.stopped.then(() => controller.abort());
  const progress = new ProgressLine();
  const skipped = new Skipped(input, skipInvalid, progress);
  const hooks: ReadingHooks = {
    onInvalid: (invalid) => skipped.add(invalid),
    onNote: (note) => progress.say(visible(note)),
    onRead: (read) => progress.show(read),
    signal: controller.signal,
  };
  const attributions = attribution.map((text) => linkTo(text, undefined));
  try {
    const summary = await importPlaces({ input, output, attributions }, hooks);
    progress.clear();
    skipped.tell();
    await print(summaryText(output, summary));
  } catch (error) {
    progress.clear();
    if (controller.signal.aborted) throw new CliError('FAILED', ['stopped: nothing was written']);
    if (!(error instanceof ImportError)) throw error;
    skipped.tell();
    throw new CliError('FAILED', [visible(error.message)]);
  }
}

function summaryText(output: string, summary: ImportSummary): string {
  const { places, duplicates, sizeBytes, unknownTypes } = summary;
  const lines = [
    `${output}: ${NUMBER.format(places)} ${places === 1 ? 'place' : 'places'}, ${formatSize(sizeBytes)}`,
    ...(duplicates > 0 ? [`left out, as they came before: ${NUMBER.format(duplicates)}`] : []),
    ...(unknownTypes.length > 0
      ? [
          `types that nobody can ask for: ${unknownTypes.slice(0, MAX_NAMED).join(', ')}${unknownTypes.length > MAX_NAMED ? ' …' : ''}`,
        ]
      : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** Places that cannot be imported. */
class Skipped {
  readonly #input: string;
  readonly #skipInvalid: boolean;
  readonly #progress: ProgressLine;
  #count = 0;

  constructor(input: string, skipInvalid: boolean, progress: ProgressLine) {
    this.#input = input;
    this.#skipInvalid = skipInvalid;
    this.#progress = progress;
  }

  /** @throws {ImportError} unless they are to be left out */
  add({ where, fault }: InvalidPlace): void {
    const message = `${this.#input}: ${where}: ${fault}`;
    if (!this.#skipInvalid) {
      throw new ImportError('INPUT_INVALID', `${message}; --skip-invalid leaves such places out`);
    }
    this.#count += 1;
    if (this.#count <= MAX_NAMED) this.#progress.say(visible(`left out: ${message}`));
  }

  tell(): void {
    if (this.#count > 0) printMessage(`left out in all: ${NUMBER.format(this.#count)}`);
  }
}

/** How far an import is, on standard error. */
class ProgressLine {
  #shownMs = performance.now();
  readonly #isTerminal = process.stderr.isTTY;

  show({ step, doneBytes, totalBytes }: ReadingProgress): void {
    const now = performance.now();
    if (now - this.#shownMs < (this.#isTerminal ? TERMINAL_MS : LINE_MS)) return;
    this.#shownMs = now;
    if (totalBytes === undefined) return this.#showAlone(`${step}: ${megabytes(doneBytes)} MB`);
    const share = doneBytes / totalBytes;
    const percent = `${Math.floor(share * 100)} %`;
    const sizes = `${megabytes(doneBytes)} of ${megabytes(totalBytes)} MB`;
    if (!this.#isTerminal) return printMessage(`${step}: ${percent}, ${sizes}`);
    const full = Math.round(share * BAR_WIDTH);
    const bar = `${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)}`;
    process.stderr.write(`\r\x1b[K${bar} ${percent.padStart(5)}  ${step}, ${sizes}`);
  }

  /** Where nobody knows how much there is. */
  #showAlone(text: string): void {
    if (this.#isTerminal) process.stderr.write(`\r\x1b[K${text}`);
    else printMessage(text);
  }

  /** Prints a line above it. */
  say(line: string): void {
    this.clear();
    printMessage(line);
  }

  clear(): void {
    if (this.#isTerminal) process.stderr.write('\r\x1b[K');
  }
}

/** In characters. */
const BAR_WIDTH = 30;

function formatSize(bytes: number): string {
  return bytes < 1e5 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
}
