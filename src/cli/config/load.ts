import { readFile } from 'node:fs/promises';
import { CliError, systemCode, systemReason } from '../errors.ts';
import { BUILT_IN } from './built-in.ts';
import { type HerdConfig, toConfig } from './herd-config.ts';

/** The file that is read where none is named, if it is there. */
const IMPLIED_FILE = 'herd.yaml';

/**
 * Reads and checks the configuration: the named file, else `herd.yaml` of the working directory, else the
 * built-in one. What reads and checks a file is loaded only where there is one: that is as much as all else that
 * a server loads at its start.
 *
 * @throws {ConfigError} with every fault
 * @throws {CliError} `CONFIG` for a file that cannot be read or is no YAML
 */
export async function loadConfig(named: string | undefined): Promise<HerdConfig> {
  const name = named ?? IMPLIED_FILE;
  const text = await readText(name, named === undefined);
  if (text === undefined) return loadBuiltIn();
  const { parseYaml } = await import('./parse-yaml.ts');
  const { checkConfig } = await import('./check-config.ts');
  return checkConfig(parseYaml(name, text));
}

/** The text of a file; `undefined` where it is not there and need not be. */
async function readText(name: string, isOptional: boolean): Promise<string | undefined> {
  try {
    return await readFile(name, 'utf8');
  } catch (error) {
    if (isOptional && systemCode(error) === 'ENOENT') return undefined;
    const reason = systemReason(error);
    if (reason === undefined) throw error;
    throw new CliError('CONFIG', [`${name}: cannot be read: ${reason}`]);
  }
}

/** The built-in configuration, whatever files there are. */
export function loadBuiltIn(): HerdConfig {
  const source = {
    name: 'the built-in configuration',
    file: undefined,
    folder: process.cwd(),
    lineOf: () => undefined,
  };
  return toConfig(source, BUILT_IN);
}
