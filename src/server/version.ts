import { readFile } from 'node:fs/promises';

/** The version of this package. */
export async function readVersion(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  const found: unknown = JSON.parse(text);
  const version =
    typeof found === 'object' && found !== null && 'version' in found && found.version;
  if (typeof version !== 'string') throw new Error('This package has no version.');
  return version;
}
