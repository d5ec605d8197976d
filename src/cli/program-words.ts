import { basename, relative } from 'node:path';

/** How this process was started. */
export interface Started {
  /** The path of the runtime. */
  readonly runtime: string;
  /** The path of the program that it was given. */
  readonly program: string;
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** What to type in the same folder to run a command of this program. */
export function programWords({ runtime, program, folder, environment }: Started): string {
  const name = basename(program);
  // `npm start`, and `npx proxy-herd`.
  if (name === 'start.mjs' || environment['npm_command'] === 'exec') return 'npx proxy-herd';
  if (name === 'proxy-herd') return name;
  return `${basename(runtime)} ${quote(relative(folder, program))}`;
}

/** What to type in this folder to run a command of this program. */
export function ownWords(): string {
  const { execPath: runtime, argv, env: environment } = process;
  return programWords({ runtime, program: argv[1] ?? '', folder: process.cwd(), environment });
}

/** A word as a POSIX shell takes it. */
export function quote(word: string): string {
  return /^[\w./:@%+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
