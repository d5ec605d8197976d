import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Problem } from '../http/problems.ts';

/** Where the build puts the dashboard. */
const FOLDER = fileURLToPath(new URL('.', import.meta.resolve('#src/web/index.html')));

/** The compressed forms that the build makes, the smallest first, by the ends of their names. */
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
};

/** A file as it is sent. */
export interface DashboardFile {
  readonly type: string;
  /** `undefined`: as it is. */
  readonly encoding: 'br' | 'gzip' | undefined;
  readonly bytes: Buffer;
  /** The same for all forms of a file. */
  readonly etag: string;
}

/**
 * The files of the dashboard, as the build made them. Only what was there when it was first asked for is ever read, so
 * that no path leads elsewhere; what was read stays in memory, which is 7 MB of all forms together.
 */
export class DashboardFiles {
  readonly #folder: string;
  #names: Promise<ReadonlySet<string>> | undefined;
  readonly #read = new Map<string, Promise<Buffer>>();
  readonly #etags = new Map<string, string>();

  constructor(folder: string = FOLDER) {
    this.#folder = folder;
  }

  /**
   * A file in the best form that a caller takes; `undefined`: there is no such file.
   *
   * @param name relative to the dashboard's folder, with `/`
   * @param acceptEncoding the header
   * @throws {Problem} where the dashboard was not built
   */
  async find(name: string, acceptEncoding: string | undefined): Promise<DashboardFile | undefined> {
    this.#names ??= this.#list();
    const names = await this.#names;
    const type = TYPES[extname(name)];
    if (type === undefined || !names.has(name)) return undefined;
    const taken = takenEncodings(acceptEncoding);
    const plain = await this.#bytes(name);
    const etag = this.#etags.get(name) ?? etagOf(plain);
    this.#etags.set(name, etag);
    for (const [encoding, end] of ENCODINGS) {
      if (!taken.has(encoding) || !names.has(name + end)) continue;
      return { type, encoding, bytes: await this.#bytes(name + end), etag };
    }
    return { type, encoding: undefined, bytes: plain, etag };
  }

  async #list(): Promise<ReadonlySet<string>> {
    try {
      const entries = await readdir(this.#folder, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile());
      const paths = files.map(({ parentPath, name }) => join(parentPath, name));
      return new Set(paths.map((path) => relative(this.#folder, path).split(sep).join('/')));
    } catch (error) {
      this.#names = undefined;
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
      throw new Problem('no-such-resource', 'the dashboard was not built: npm run build makes it');
    }
  }

  #bytes(name: string): Promise<Buffer> {
    const known = this.#read.get(name);
    if (known !== undefined) return known;
    const reading = readFile(join(this.#folder, name));
    this.#read.set(name, reading);
    reading.catch(() => this.#read.delete(name));
    return reading;
  }
}

/** A weak entity tag: the compressed forms are of the same file. */
function etagOf(bytes: Buffer): string {
  return `W/"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
}

/** The codings that an `Accept-Encoding` header takes (RFC 9110, section 12.5.3). */
function takenEncodings(header = ''): ReadonlySet<string> {
  const codings = header.split(',').map((each) => each.trim().toLowerCase().split(';'));
  const taken = codings.filter(([, weight = '']) => !/^\s*q=0(\.0*)?\s*$/.test(weight));
  return new Set(taken.map(([coding = '']) => coding.trim()));
}
