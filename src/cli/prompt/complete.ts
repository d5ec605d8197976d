import { OWN_COMMANDS } from './typed-line.ts';

/** What words can be completed to. */
export interface Words {
  readonly servers: readonly string[];
  /** The clients of commands before. */
  readonly clients: readonly string[];
  /** The present time, as a report has it. */
  readonly time: string;
}

const COMMANDS = ['IAMAT', 'WHATSAT', ...OWN_COMMANDS] as const;

/**
 * What the last word of a line may become, and that word: as `node:readline` asks for it. Upper and lower case are
 * alike.
 */
export function complete(line: string, words: Words): [string[], string] {
  const fields = line.trimStart().split(/\s+/);
  const typed = fields.at(-1) ?? '';
  const start = typed.toLowerCase();
  const found = candidates(fields, words).filter((word) => word.toLowerCase().startsWith(start));
  return [found.map((word) => (isLastField(fields) ? word : `${word} `)), typed];
}

/** What can stand where the last field is. */
function candidates(
  fields: readonly string[],
  { servers, clients, time }: Words,
): readonly string[] {
  const [name = ''] = fields;
  if (fields.length === 1) return COMMANDS;
  if (name === '.server' && fields.length === 2) return servers;
  if (name !== 'IAMAT' && name !== 'WHATSAT') return [];
  if (fields.length === 2) return clients;
  return name === 'IAMAT' && fields.length === 4 ? [time] : [];
}

/** Whether nothing can follow, so that no space has to. */
function isLastField([name = '', ...others]: readonly string[]): boolean {
  return name === '.server' ? others.length === 1 : others.length === 3;
}
