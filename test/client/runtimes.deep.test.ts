import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { CHECKOUT, TestProcess } from '../support/process.ts';
import { bundleForPages } from './bundle.ts';
import { startTourServer } from './tour-server.ts';
import { expectedOf } from './tour.ts';

/*
 * The library where it runs beside Node: in a real browser, across origins, and on Bun.
 */

/** What a page loads of it at most, in bytes, as docs/CLIENT.md says. */
const MAX_BUNDLE_BYTES = 26 * 1024;
const MAX_GZIPPED_BYTES = 10 * 1024;

test('for a page it is one small file, without a module of Node', async () => {
  const code = await bundleForPages('#src/client/index.js');
  assert.doesNotMatch(code, /node:|\bBuffer\b|\bprocess\b|\brequire\b/);
  assert.ok(!/\bimport\b/.test(code), 'and imports nothing');
  const sizeBytes = Buffer.byteLength(code);
  const gzippedBytes = gzipSync(code).length;
  const sizes = `${sizeBytes} bytes, and ${gzippedBytes} with gzip`;
  assert.ok(sizeBytes <= MAX_BUNDLE_BYTES && gzippedBytes <= MAX_GZIPPED_BYTES, sizes);
  console.log(`bundled, it has ${sizes}`);
});

const noBrowser =
  spawnSync('chromium', ['--version']).status === 0
    ? {}
    : { skip: 'chromium is not installed; on Debian: apt-get install chromium' };

test('in a page of another origin it does all that it does in Node', noBrowser, async () => {
  const code = await bundleForPages(new URL('tour-page.js', import.meta.url).href);
  const pages = createServer((request, response) => {
    const isScript = request.url === '/tour.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? code : '<!doctype html><script type="module" src="/tour.js"></script>');
  });
  pages.listen({ host: '127.0.0.1', port: 0 });
  await once(pages, 'listening');
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-background-networking'],
  });
  const origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
  const { server, spec } = await startTourServer('page', [origin]);
  try {
    const page = await browser.newPage();
    await page.goto(origin);
    await page.waitForFunction('"takeTour" in globalThis');
    const told = await page.evaluate(`takeTour(${JSON.stringify(spec)})`);
    assert.deepEqual(told, expectedOf('page'));
  } finally {
    await browser.close();
    await server[Symbol.asyncDispose]();
    pages.close();
    pages.closeAllConnections();
    await once(pages, 'close');
  }
});

/** Runs the tour with a runtime. */
async function takeTour(runtime: string, name: string): Promise<void> {
  const { server, spec } = await startTourServer(name, []);
  await using _server = server;
  const program = fileURLToPath(new URL('tour-main.js', import.meta.url));
  await using process = new TestProcess(runtime, [program], {
    env: { TOUR: JSON.stringify(spec) },
  });
  process.stdin.end();
  const { code, stdout, stderr } = await process.finished();
  assert.equal(code, 0, stderr);
  assert.deepEqual(JSON.parse(stdout), expectedOf(name));
}

test('as a program of Node it ends by itself', () => takeTour(process.execPath, 'node'));

test('on Bun it does all that it does in Node', async () => {
  const { status, stdout } = spawnSync(process.execPath, [join(CHECKOUT, 'scripts/bun.mjs')], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  assert.equal(status, 0, 'there is no Bun to test with: see above');
  await takeTour(stdout.trim(), 'bun');
});
