import { dirname, join, relative } from 'node:path';
import { isLoopback } from '../../transport/address.ts';
import type { HerdConfig } from '../config/herd-config.ts';
import { type AnswerFlags, findAnswers } from '../init/answers.ts';
import { herdFiles, TOKEN_FILE } from '../init/herd-files.ts';
import { type NewFile, requireMissing, writeNewFiles } from '../init/new-files.ts';
import { Terminal } from '../init/terminal.ts';
import { print } from '../output.ts';
import { ownWords, quote } from '../program-words.ts';
import { table } from '../table.ts';

/** The file that other commands read where none is named. */
const USUAL_FILE = 'herd.yaml';

export interface InitOptions extends AnswerFlags {
  readonly config?: string;
  readonly yes?: boolean;
  readonly force?: boolean;
}

/**
 * Writes a configuration and its secrets, and says what to do next.
 *
 * @throws {CliError} where something is missing or wrong, or there is a file already: then nothing is written
 */
export async function init(options: InitOptions): Promise<void> {
  const { config: file = USUAL_FILE, yes = false, force = false } = options;
  const isAsked = process.stdin.isTTY && process.stdout.isTTY && !yes;
  if (!force) await requireMissing([file]); // before anybody answers questions for nothing
  using terminal = isAsked ? new Terminal() : undefined;
  const ask: Terminal['ask'] | undefined = terminal && ((...args) => terminal.ask(...args));
  const answers = await findAnswers(options, process.env, ask);
  const { config, files } = await herdFiles(answers, file, Date.now());
  await writeNewFiles(files, force);
  await print(report(config, file, files));
}

/** What was written, and what to do next. */
function report(config: HerdConfig, file: string, files: readonly NewFile[]): string {
  const secrets = files.filter(({ isSecret }) => isSecret).map(({ path }) => path);
  const paths = files.map(({ path }) => path).toReversed();
  const isAlone = [...config.servers.values()].every(({ clients }) => isLoopback(clients.host));
  const shared = paths.filter((path) => path !== join(dirname(file), TOKEN_FILE));
  const lines = [
    `Wrote ${paths.join(', ')}`,
    ...(secrets.length === 0 ? [] : [`Keep out of version control: ${secrets.join(', ')}`]),
    '',
    isAlone ? 'Next:' : `Next, with ${shared.join(', ')} copied to every machine:`,
  ];
  const steps = isAlone ? hereSteps(config, file) : elsewhereSteps(config, file);
  return `${lines.join('\n')}\n${table(steps.map(([words, what]) => ['', words, what]))}`;
}

type Step = readonly [command: string, what: string];

function hereSteps(config: HerdConfig, file: string): Step[] {
  return [
    [command('up', file), 'starts the herd; Ctrl-C stops it'],
    [command('status', file) + tokenFlag(config, file), 'how it is, in another terminal'],
    [command('doctor', file), 'what is wrong, where something is'],
  ];
}

function elsewhereSteps(config: HerdConfig, file: string): Step[] {
  const serve = Array.from(config.servers, ([name, { clients }]): Step => [
    command(`serve ${quote(name)}`, file),
    `starts ${name}, on ${clients.host}`,
  ]);
  return [
    [command('doctor', file), 'whether all is as it should be, on each machine'],
    ...serve,
    [command('status', file) + tokenFlag(config, file), 'how the herd is'],
  ];
}

function command(words: string, file: string): string {
  const named = file === USUAL_FILE ? '' : ` --config ${quote(relative('.', file) || file)}`;
  return `${ownWords()} ${words}${named}`;
}

function tokenFlag(config: HerdConfig, file: string): string {
  if (config.access === undefined) return '';
  return ` --token-file ${quote(join(dirname(file), TOKEN_FILE))}`;
}
