import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

/*
 * A start takes the time that loading takes. So what a start does not need is imported where it is needed, by
 * `import()`; these packages take longer to load than all of a server's own modules.
 */

const IMPORT =
  /^\s*(?:import|export)\b[^;]*?\bfrom\s+['"]([^'"]+)['"]|^\s*import\s+['"]([^'"]+)['"]/gm;

/** The packages that a module imports, itself or through modules of this program, before it runs. */
async function packagesOf(start: string): Promise<string[]> {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const waiting = [new URL(start, new URL('../../../dist/', import.meta.url))];
  for (const url of waiting) {
    if (seen.has(url.href)) continue;
    seen.add(url.href);
    const text = await readFile(url, 'utf8');
    for (const [, from, alone] of text.matchAll(IMPORT)) {
      const name = from ?? alone ?? '';
      if (name.startsWith('.')) waiting.push(new URL(name, url));
      else if (!name.startsWith('node:')) packages.add(name);
    }
  }
  return [...packages].sort();
}

test('the help loads the parser of arguments alone', async () => {
  assert.deepEqual(await packagesOf('cli/main.js'), ['commander']);
});

test('servers start without what reads a file, speaks HTTP or asks for places', async () => {
  assert.deepEqual(await packagesOf('cli/commands/serve.js'), ['lru-cache']);
  assert.deepEqual(await packagesOf('cli/supervisor/run-member.js'), ['lru-cache']);
  assert.deepEqual(await packagesOf('cli/commands/up.js'), []);
});
