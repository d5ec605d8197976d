import type { Address } from '#src/transport/address.js';
import { formatAddress } from '#src/transport/address.js';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { TestFolder } from '../support/folder.ts';
import { eventually } from '../support/eventually.ts';
import { TestHerd } from '../support/herd.ts';
import { put } from '../support/http.ts';
import { takePorts } from '../support/ports.ts';
import { CHECKOUT, runCli, TestProcess } from '../support/process.ts';

/*
 * A page in a real browser: Debian's `chromium`, which `.ci/run` installs. The page tells this test what it meets with.
 */

const PAGE = join(CHECKOUT, 'test/gateway/browser/page.html');

/** What the page tells. */
type Told = Readonly<Record<string, unknown>> & { readonly what: string };

/** The page's own server, at an origin that is not the gateways'. */
class PageServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #address: Address;
  readonly told: Told[] = [];

  private constructor(server: Server, address: Address) {
    this.#server = server;
    this.#address = address;
  }

  static async start(): Promise<PageServer> {
    const [port = 0] = await takePorts(1);
    const address = { host: '127.0.0.1', port };
    const server = createServer((request, response) => {
      response.setHeader('content-type', 'text/html');
      void page.#answer(request, response);
    });
    const page = new PageServer(server, address);
    server.listen(address);
    await once(server, 'listening');
    return page;
  }

  get origin(): string {
    return `http://${formatAddress(this.#address)}`;
  }

  /** Waits until the page has told this, and takes it out of what it has told. */
  async until(what: string, more: Readonly<Record<string, unknown>> = {}): Promise<Told> {
    const isIt = (told: Told): boolean =>
      told.what === what && Object.entries(more).every(([name, value]) => told[name] === value);
    try {
      return await eventually(`${what} ${JSON.stringify(more)}`, () => {
        const at = this.told.findIndex(isIt);
        return at === -1 ? undefined : this.told.splice(at, 1)[0];
      });
    } catch (error) {
      throw new Error(`the page told ${JSON.stringify(this.told)}`, { cause: error });
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url !== '/told') return void response.end(await readFile(PAGE));
    this.told.push(JSON.parse(await text(request)) as Told);
    response.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}

/** Why there is no browser; `undefined` where there is one. */
const missing =
  spawnSync('chromium', ['--version']).status === 0
    ? undefined
    : 'chromium is not installed; on Debian: apt-get install chromium';

/** A browser with one page open. */
function openBrowser(folder: TestFolder, url: string): TestProcess {
  const options = [
    '--headless=new',
    '--no-sandbox', // which does not run as root; the page is ours
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--disable-background-networking',
    '--no-first-run',
    `--user-data-dir=${folder.path}`,
  ];
  return new TestProcess('chromium', [...options, url], {
    env: { HOME: folder.path, TMPDIR: folder.path },
  });
}

const options = missing === undefined ? {} : { skip: missing };
test('a page follows live updates across origins and servers', options, async () => {
  await using page = await PageServer.start();
  await using stranger = await PageServer.start();
  await using herd = await TestHerd.make({
    servers: ['Riley', 'Jaquez'],
    links: [['Riley', 'Jaquez']],
    hasGateways: true,
    access: { file: './access.yaml', clients: 'never', gateway: 'always' },
    gatewayOrigins: [page.origin],
  });
  const make = ['token', 'create', '--name', 'page', '--read', '*', '--client', '*'];
  const { stdout } = await runCli([...make, '--config', herd.configFile]);
  const token = stdout.trim();
  const report = async (server: string, client: string): Promise<void> => {
    const location = { latitude: 1, longitude: 2 };
    const headers = { authorization: `Bearer ${token}` };
    const path = `/v1/clients/${client}/location`;
    assert.equal((await put(herd.gateway(server), path, location, headers)).status, 204);
  };
  const processes = await herd.serveAll();
  await report('Riley', 'kiwi');
  const query = new URLSearchParams({
    token,
    first: formatAddress(herd.gateway('Riley')),
    second: formatAddress(herd.gateway('Jaquez')),
  });
  await using folder = await TestFolder.make();
  await using _browser = openBrowser(folder, `${page.origin}/?${query.toString()}`);

  const { status, etag } = await page.until('read');
  assert.equal(status, 200);
  assert.equal(typeof etag, 'string', 'a header that pages may read');
  for (const stream of ['events', 'socket']) {
    await page.until(`${stream} open`);
    await page.until(`${stream} location`, { client: 'kiwi' });
    await page.until(`${stream} ready`);
  }
  await page.until('socket cursor');

  await processes.get('Riley')?.stop();
  await page.until('socket closed', { code: 1001 });
  await page.until('socket open', { gateway: formatAddress(herd.gateway('Jaquez')) });
  await page.until('events error');
  await report('Jaquez', 'emu');
  await page.until('socket location', { client: 'emu' });
  await herd.serve('Riley');
  await page.until('events open');
  await page.until('events location', { client: 'emu' });
  const again = page.told.filter(({ what, client }) => what.endsWith('reset') || client === 'kiwi');
  assert.deepEqual(again, [], 'it went on from where it was');

  await using otherFolder = await TestFolder.make();
  await using _other = openBrowser(otherFolder, `${stranger.origin}/?${query.toString()}`);
  await stranger.until('refused');
  await stranger.until('socket closed', { code: 1006 });
  assert.deepEqual(stranger.told, [], 'of another origin it gets nothing');
});
