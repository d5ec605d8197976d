import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';

/** What the figures were measured on. */
export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryBytes: number;
  readonly node: string;
  readonly os: string;
  /** How many processes wanted to run in the minute before: above 0 or 1, somebody else did. */
  readonly loadBefore: number;
}

/** Describes this machine. */
export function describeMachine(): Machine {
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    memoryBytes: totalmem(),
    node: process.version,
    os: [distribution(), `${type()} ${release()}`].filter((part) => part !== undefined).join(', '),
    loadBefore: loadavg()[0] ?? 0,
  };
}

/** `Debian GNU/Linux 12 (bookworm)`; `undefined` where the system does not say. */
function distribution(): string | undefined {
  try {
    return /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}
