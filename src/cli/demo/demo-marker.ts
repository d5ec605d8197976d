import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../disk/make-folder.ts';
import { systemCode } from '../errors.ts';

/** No server has this name: names begin with a letter, a digit or `_`. */
const FILE = '.demo';

/**
 * A file beside the journals, as long as they may have clients of a demo: so that the next start removes these where the
 * program was ended before it could.
 */
export class DemoMarker {
  readonly #file: string | undefined;

  /** @param data the folder of the journals; `undefined`: there are none, and nothing is to be remembered */
  constructor(data: string | undefined) {
    this.#file = data === undefined ? undefined : join(data, FILE);
  }

  async isSet(): Promise<boolean> {
    if (this.#file === undefined) return false;
    try {
      await stat(this.#file);
      return true;
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return false;
      throw error;
    }
  }

  /** @throws the system's error where it is not possible */
  async set(): Promise<void> {
    if (this.#file === undefined) return;
    await makeFolder(join(this.#file, '..'));
    await writeFile(this.#file, '');
  }

  async unset(): Promise<void> {
    if (this.#file !== undefined) await rm(this.#file, { force: true });
  }
}
