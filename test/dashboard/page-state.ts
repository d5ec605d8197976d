import assert from 'node:assert/strict';
import type { DashboardPage } from './browser.ts';

/** Where a page has a client, in degrees. */
export type HeldPosition = readonly [latitude: number, longitude: number];

/**
 * Finds the dashboard's table of clients, of `web/state/client-table.ts`, among what the page's own scripts export: a browser
 * runs a module once, so that to import it again gives what runs. A text, since a compiler would take its `import` for Node's.
 */
const READ_TABLE = `(async () => {
  const scripts = performance.getEntriesByType('resource').map(({ name }) => name);
  for (const script of scripts.filter((name) => name.endsWith('.js'))) {
    const exported = Object.values(await import(script));
    const table = exported.find((value) => Object(value) === value && 'pinned' in value);
    if (table === undefined) continue;
    return Array.from(table.values(), ({ location: { client, latitude, longitude } }) => {
      return [client, [latitude, longitude]];
    });
  }
})()`;

/** The clients that a page has, by ID. */
export async function clientsIn({ at }: DashboardPage): Promise<Map<string, HeldPosition>> {
  const held = await at.evaluate<[string, HeldPosition][] | undefined>(READ_TABLE);
  assert.ok(held !== undefined, 'no script of the page exports the table of clients');
  return new Map(held);
}
