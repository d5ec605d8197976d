import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { TestClient } from '../support/client.ts';
import { moment } from '../support/commands.ts';
import { TestFolder } from '../support/folder.ts';
import { TestHerd } from '../support/herd.ts';
import { CommandHost } from '../support/hosted-commands.ts';
import { ask } from '../support/http.ts';
import { untilLogged } from '../support/server-log.ts';

const commands = new CommandHost();
after(() => commands[Symbol.asyncDispose]());

const CSV =
  'name,lat,lon,types,prominence,name:ko\nZoo,34.07,-118.44,zoo,9,동물원\nCafé,34.068,-118.445,cafe,1,\n';

interface Page {
  readonly html_attributions: readonly string[];
  readonly status: string;
  readonly results: readonly { readonly name: string }[];
}

test('places of your own: imported, answered with, and changed while the server runs', async () => {
  await using herd = await TestHerd.make({
    servers: ['Solo'],
    hasGateways: true,
    places: { provider: 'file', file: 'mine.index' },
  });
  const run = (...args: string[]) => commands.run(args, herd.folder);
  await writeFile(join(herd.folder, 'mine.csv'), CSV);
  const missing = await run('check');
  assert.equal(missing.code, 2);
  assert.match(
    missing.stderr,
    /herd\.yaml:\d+: places\.file: the place index that it names cannot be used: ENOENT.*: make it with "proxy-herd places import"\n$/,
  );
  const made = await run('places', 'import', 'mine.csv', '--attribution', 'Mine & <others>');
  assert.equal(made.stderr, '');
  assert.equal(made.stdout, 'mine.index: 2 places, 0.4 kB\n');
  assert.equal((await run('check')).code, 0);

  const server = await herd.serve('Solo');
  await using client = await TestClient.connect(herd.clients('Solo'));
  const where = '+34.068930-118.445127';
  await client.ask(`IAMAT kiwi ${where} ${moment(0)}`);
  const page = async (): Promise<Page> => {
    const { json } = await ask(herd.gateway('Solo'), { path: PLACES });
    const { places, status, attributions } = json as {
      places: { name: string }[];
      status: string;
      attributions: string[];
    };
    return { results: places, status, html_attributions: attributions };
  };
  const found = await page();
  assert.deepEqual(found.html_attributions, ['Mine &amp; &lt;others&gt;']);
  assert.deepEqual(
    found.results.map(({ name }) => name),
    ['동물원'],
  );

  await writeFile(
    join(herd.folder, 'mine.csv'),
    CSV.replace('Zoo', 'New Zoo').replace('동물원', ''),
  );
  assert.equal((await run('places', 'import', 'mine.csv')).code, 0);
  server.signal('SIGHUP');
  await untilLogged(herd, 'Solo', { event: 'reloaded', options: ['places'] });
  const changed = await page();
  assert.deepEqual(
    changed.results.map(({ name }) => name),
    ['New Zoo'],
  );

  // What cannot be used changes nothing: the server goes on with what it has open.
  await writeFile(join(herd.folder, 'mine.index'), 'nonsense');
  server.signal('SIGHUP');
  await server.waitFor(
    /places\.file: .* it is no place index.*what runs stays as it is/s,
    'stderr',
  );
  assert.deepEqual(await page(), changed);
});

const PLACES = '/v1/clients/kiwi/places?radius=2000&types=zoo&language=ko-KR';

test('what cannot be imported is told with its place, and nothing is left behind', async () => {
  await using folder = await TestFolder.make();
  const run = (...args: string[]) => commands.run(['places', 'import', ...args], folder.path);
  const csv = 'name,lat,lon,size\nA,1,2,9\n,1,2,9\nB,91,2,9\n';
  await writeFile(join(folder.path, 'a.csv'), csv);
  const refused = await run('a.csv');
  assert.equal(refused.code, 1);
  assert.match(
    refused.stderr,
    /^proxy-herd: columns that are not used: size\nproxy-herd: a\.csv: line 3: name: found none, expected a text; --skip-invalid leaves such places out\n$/,
  );
  assert.deepEqual(await readdir(folder.path), ['a.csv']);
  const skipped = await run('a.csv', '--skip-invalid', '--out', 'b.index');
  assert.equal(skipped.code, 0);
  assert.equal(skipped.stdout, 'b.index: 1 place, 0.2 kB\n');
  assert.match(
    skipped.stderr,
    /left out: a\.csv: line 4: latitude: found "91"[^]*left out in all: 2\n$/,
  );
  await writeFile(join(folder.path, 'a.osm.pbf'), 'no such thing');
  assert.match((await run('a.osm.pbf')).stderr, /a\.osm\.pbf: at byte 0: found no block/);
  assert.match((await run('c.csv')).stderr, /c\.csv: it cannot be read: ENOENT/);
  assert.match((await run('a.csv', '--out', 'a.csv')).stderr, /a\.csv: found the input itself/);
  assert.match((await run('a.csv', '--out', '')).stderr, /found --out "", expected the path of a/);
  assert.equal(await readFile(join(folder.path, 'a.csv'), 'utf8'), csv);
  assert.match((await run('a.xml')).stderr, /expected a file whose name ends with one of/);
  assert.deepEqual((await readdir(folder.path)).toSorted(), ['a.csv', 'a.osm.pbf', 'b.index']);
  assert.notEqual((await readFile(join(folder.path, 'b.index'))).length, 0);
});
