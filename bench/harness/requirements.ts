import { execFile } from 'node:child_process';
import type { Requirement } from './benchmark.ts';

/** What programs a benchmark finds here. */
export interface Programs {
  /** The first line of each one's version, by its command. */
  readonly versions: Readonly<Record<string, string>>;
  /** Those that are not installed. */
  readonly missing: readonly Requirement[];
}

/** Looks for each program by asking for its version. */
export async function findPrograms(requirements: readonly Requirement[]): Promise<Programs> {
  const found = await Promise.all(
    requirements.map(async (requirement) => ({
      requirement,
      version: await versionOf(requirement),
    })),
  );
  return {
    versions: Object.fromEntries(
      found.flatMap(({ requirement, version }) =>
        version === undefined ? [] : [[requirement.command, version]],
      ),
    ),
    missing: found.flatMap(({ requirement, version }) =>
      version === undefined ? [requirement] : [],
    ),
  };
}

/** `redis-server is not installed; on Debian: apt-get install redis-server` */
export function missingText(missing: readonly Requirement[]): string {
  const commands = missing.map(({ command }) => command).join(' and ');
  const packages = [...new Set(missing.map(({ debianPackage }) => debianPackage))].join(' ');
  const verb = missing.length === 1 ? 'is' : 'are';
  return `${commands} ${verb} not installed; on Debian: apt-get install ${packages}`;
}

/** `undefined` where there is no such program. */
function versionOf({ command, versionArgs }: Requirement): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    execFile(command, versionArgs, (error, stdout, stderr) => {
      if (error?.code === 'ENOENT') resolve(undefined);
      else if (error !== null) reject(error);
      else resolve(`${stdout}${stderr}`.trim().split('\n')[0] ?? '');
    });
  });
}
