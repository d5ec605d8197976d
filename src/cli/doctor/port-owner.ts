import { readdir, readFile, readlink } from 'node:fs/promises';

/** A process that listens on a port. */
export interface PortOwner {
  readonly pid: number;
  /** What it was started with. */
  readonly command: string;
}

/** The state of a socket that listens, in `/proc/net/tcp`. */
const LISTENS = '0A';

/**
 * The process that listens on a TCP port of this machine; `undefined` where the system does not say, as of another user's.
 *
 * @see proc_net_tcp.txt of the Linux kernel
 */
export async function findPortOwner(port: number): Promise<PortOwner | undefined> {
  const sockets = await listeningSockets(port);
  if (sockets.size === 0) return undefined;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    if (!(await hasSocket(pid, sockets))) continue;
    const words = (await readText(`/proc/${pid}/cmdline`)).split('\0');
    return { pid: Number(pid), command: words.join(' ').trim() };
  }
  return undefined;
}

/** As links of `/proc/PID/fd` name them. */
async function listeningSockets(port: number): Promise<ReadonlySet<string>> {
  const digits = port.toString(16).toUpperCase().padStart(4, '0');
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(readText));
  const rows = tables.flatMap((table) => table.split('\n')).map((row) => row.trim().split(/\s+/));
  const inodes = rows.flatMap(([, local = '', , state, , , , , , inode]) =>
    local.endsWith(`:${digits}`) && state === LISTENS && inode !== undefined ? [inode] : [],
  );
  return new Set(inodes.map((inode) => `socket:[${inode}]`));
}

async function hasSocket(pid: string, sockets: ReadonlySet<string>): Promise<boolean> {
  const names = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const name of names) {
    const target = await readlink(`/proc/${pid}/fd/${name}`).catch(() => '');
    if (sockets.has(target)) return true;
  }
  return false;
}

/** Empty where there is none, as on other systems, or nobody may read it. */
function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
