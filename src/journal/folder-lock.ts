import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { open, readdir, rm, type FileHandle } from 'node:fs/promises';
// oxlint-disable-next-line no-restricted-imports -- a lock, which nothing is said over
import { connect, createServer, type Server } from 'node:net';
import { join, relative } from 'node:path';

import { JournalError } from './journal-errors.ts';

/*
 * One process at a time has a folder. Node has no lock of files, so each process that wants a folder
 * listens on a socket in it, under a name of its own, and then looks whether anybody answers on
 * another one. Of two that come at once at least one sees the other, since each listens before it looks:
 * both may give way, but never do both go on. The kernel ends listening with the process, so
 * a kill leaves no lock behind; and it sees through containers that share the folder, which
 * numbers of processes do not.
 */

const NAME = /^lock-[0-9a-f]{16}$/;
const NAME_BYTES = 8;
/** The longest path of a socket that every system takes, in bytes. */
const MAX_SOCKET_PATH_BYTES = 103;
/** What a connection fails with where no process listens. */
const NOT_LISTENING = new Set(['ECONNREFUSED', 'ENOENT']);

/** A folder that this process has for itself. */
export class FolderLock {
  readonly #server: Server;
  readonly #sockets: SocketFolder;

  private constructor(server: Server, sockets: SocketFolder) {
    this.#server = server;
    this.#sockets = sockets;
  }

  /** @throws {JournalError} where another process has it, or no socket can be made in it */
  static async take(folder: string): Promise<FolderLock> {
    const sockets = await SocketFolder.open(folder);
    const server = createServer((socket) => socket.destroy());
    const lock = new FolderLock(server, sockets);
    const own = `lock-${randomBytes(NAME_BYTES).toString('hex')}`;
    try {
      server.listen(sockets.path(own));
      await once(server, 'listening');
      server.unref();
      const others = await lock.#others(own);
      // Removed only now: a process that is about to listen on its own socket will see this one.
      for (const name of others) await rm(join(folder, name), { force: true });
      return lock;
    } catch (error) {
      await lock.release();
      if (error instanceof JournalError) throw error;
      const detail = error instanceof Error ? error.message : String(error);
      throw new JournalError('JOURNAL_UNWRITABLE', folder, detail, error);
    }
  }

  async release(): Promise<void> {
    if (this.#server.listening) {
      this.#server.close();
      await once(this.#server, 'close');
    }
    await this.#sockets.close();
  }

  /** The sockets of processes that are gone. Rejects where one is not. */
  async #others(own: string): Promise<string[]> {
    const { folder } = this.#sockets;
    const others = (await readdir(folder)).filter((name) => NAME.test(name) && name !== own);
    for (const name of others) {
      if (await isAnswered(this.#sockets.path(name))) {
        throw new JournalError('JOURNAL_LOCKED', folder, `it listens on ${name}`);
      }
    }
    return others;
  }
}

/** Whether a process has a folder; it is left as it is. */
export async function isFolderLocked(folder: string): Promise<boolean> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => NAME.test(name));
  if (names.length === 0) return false;
  const sockets = await SocketFolder.open(folder);
  try {
    const answers = await Promise.all(names.map((name) => isAnswered(sockets.path(name))));
    return answers.includes(true);
  } finally {
    await sockets.close();
  }
}

/** Whether a process listens on a socket, also where this one may not connect to it. */
async function isAnswered(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return !NOT_LISTENING.has(code);
  } finally {
    socket.destroy();
  }
}

/** Names sockets in a folder, however long its path is. */
class SocketFolder {
  readonly folder: string;
  readonly #prefix: string;
  readonly #handle: FileHandle | undefined;

  private constructor(folder: string, prefix: string, handle: FileHandle | undefined) {
    this.folder = folder;
    this.#prefix = prefix;
    this.#handle = handle;
  }

  static async open(folder: string): Promise<SocketFolder> {
    const longest = 'lock-'.length + 2 * NAME_BYTES + 1;
    const fits = (path: string): boolean =>
      Buffer.byteLength(path) + longest <= MAX_SOCKET_PATH_BYTES;
    const short = [folder, relative(process.cwd(), folder) || '.'].find(fits);
    if (short !== undefined) return new SocketFolder(folder, short, undefined);
    if (process.platform !== 'linux') {
      const detail = `its path is too long for a socket, which it is locked with`;
      throw new JournalError('JOURNAL_UNWRITABLE', folder, detail);
    }
    const handle = await open(folder);
    return new SocketFolder(folder, `/proc/self/fd/${handle.fd}`, handle);
  }

  path(name: string): string {
    return join(this.#prefix, name);
  }

  async close(): Promise<void> {
    await this.#handle?.close();
  }
}
