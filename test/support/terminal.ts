import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type RunOptions, RUNTIME, TestProcess } from './process.ts';

/** The built command line. */
const CLI = fileURLToPath(new URL('../../../dist/bin/main.js', import.meta.url));

/** What keys send. */
export const KEYS = { ctrlC: '\x03', ctrlD: '\x04', tab: '\t', enter: '\r', up: '\x1b[A' } as const;

/**
 * Starts the built command line at a terminal of its own, whose keys are its standard input and whose screen is its
 * standard output. It ends with the status of the command.
 *
 * @throws where there is no program `script`, of Debian's package bsdutils, which makes the terminal
 */
export function startAtTerminal(args: readonly string[], options: RunOptions = {}): TestProcess {
  if (spawnSync('script', ['--version']).status !== 0) {
    throw new Error('this test needs the program script (of util-linux; in Debian: bsdutils)');
  }
  // A shell that waited for the command would get Ctrl-C as well, and end with 130 whatever the command ends with.
  const line = `exec ${[RUNTIME, CLI, ...args].map((word) => `'${word}'`).join(' ')}`;
  const env = { ...options.env, SHELL: '/bin/sh' };
  return new TestProcess('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
    ...options,
    env,
  });
}

/** A screen's text without what moves the cursor and colours it. */
export function plain(screen: string): string {
  // oxlint-disable-next-line no-control-regex -- that is what they are
  return screen.replace(/\x1b\[[\d;]*[A-Za-z]/g, '').replaceAll('\r', '');
}
