import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { redactTokens } from '../../protocol/redact-tokens.ts';
import { systemCode, systemReason } from '../errors.ts';

/** The lines that are kept: about as many as shells keep. */
export const MAX_HISTORY_LINES = 1000;
/** Nobody but its owner: what was asked says who was where. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/** Whether a line has, or may have, a token: it is not to be kept. */
export function hasSecret(line: string): boolean {
  return /^\s*AUTH(\s|$)/i.test(line) || redactTokens(line) !== line;
}

/**
 * Where the history is kept: in the folder for state of the XDG base directory specification.
 *
 * @param home the user's home folder
 */
export function historyPath({ XDG_STATE_HOME = '' }: NodeJS.ProcessEnv, home: string): string {
  // The specification has a path that is not absolute ignored.
  const state = isAbsolute(XDG_STATE_HOME) ? XDG_STATE_HOME : join(home, '.local', 'state');
  return join(state, 'proxy-herd', 'history');
}

/** The lines that were typed, kept over runs. Several prompts at once add to one file. */
export class HistoryFile {
  readonly #path: string;
  readonly #onTrouble: (detail: string) => void;
  #isUsable = true;

  /** @param onTrouble told once where the file cannot be used, which ends nothing else */
  constructor(path: string, onTrouble: (detail: string) => void) {
    this.#path = path;
    this.#onTrouble = onTrouble;
  }

  /** The lines that were kept, the oldest first. */
  load(): string[] {
    let kept: string[] = [];
    this.#try(() => {
      mkdirSync(dirname(this.#path), { recursive: true, mode: FOLDER_MODE });
      const lines = this.#read();
      const harmless = lines.filter((line) => !hasSecret(line));
      kept = harmless.slice(-MAX_HISTORY_LINES);
      if (harmless.length < lines.length || lines.length > 2 * MAX_HISTORY_LINES) {
        this.#replace(kept);
      }
    });
    return kept;
  }

  /** Keeps a line, unless it has a secret or nothing. */
  append(line: string): void {
    if (line.trim() === '' || hasSecret(line)) return;
    this.#try(() => appendFileSync(this.#path, `${line}\n`, { mode: FILE_MODE }));
  }

  #read(): string[] {
    try {
      const text = readFileSync(this.#path, 'utf8');
      chmodSync(this.#path, FILE_MODE);
      return text.split('\n').filter((line) => line !== '');
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return [];
      throw error;
    }
  }

  #replace(lines: readonly string[]): void {
    const next = `${this.#path}.${process.pid}`;
    writeFileSync(next, lines.map((line) => `${line}\n`).join(''), { mode: FILE_MODE });
    renameSync(next, this.#path);
  }

  #try(work: () => void): void {
    if (!this.#isUsable) return;
    try {
      work();
    } catch (error) {
      const reason = systemReason(error);
      if (reason === undefined) throw error;
      this.#isUsable = false;
      this.#onTrouble(`the history ${this.#path} is not kept: ${reason}`);
    }
  }
}
