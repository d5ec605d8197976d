// `npm run screenshots`: takes the pictures of the README, docs/images/, from the real page of a demo. Needs Debian's
// packages `chromium` and `webp`.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { prepare } from './prepare.mjs';
import { BUNDLE, ROOT } from './projects.mjs';

/** @typedef {import('playwright-core').Browser} Browser */
/** @typedef {import('playwright-core').Page} Page */
/** @typedef {{ readonly file: string, readonly ms: number }} Frame one of an animation, and how long it is shown */

const IMAGES = join(ROOT, 'docs/images');
const PROGRAMS = { chromium: 'chromium', img2webp: 'webp' };

/** What each image may have at most, in bytes: the README shows them. */
const MOST_BYTES = { picture: 300_000, animation: 1_500_000 };
const SIZE = { width: 1280, height: 800 };

/** So long the clients move before a picture is taken, in milliseconds: they then have trails and courses. */
const MOVES_MS = 10_000;
/** So long an animation is, and so long a frame of it is shown at least, in milliseconds. */
const ANIMATION_MS = 9000;
const FRAME_MS = 80;
/** The quality of an animation, of 100. */
const QUALITY = 70;

const SERVERS = ['Riley', 'Jaquez', 'Juzang', 'Campbell', 'Bernard'];
const LINKS = ['Riley Jaquez', 'Riley Juzang', 'Jaquez Bernard', 'Jaquez Campbell'];
LINKS.push('Juzang Bernard', 'Juzang Campbell', 'Bernard Campbell');

for (const [program, debian] of Object.entries(PROGRAMS)) {
  if (spawnSync(program, ['-version']).error === undefined) continue;
  console.error(`${program} is not installed; on Debian: apt-get install ${debian}`);
  process.exit(1);
}
if (await prepare('all')) await takeAll();
else process.exitCode = 1;

async function takeAll() {
  const folder = mkdtempSync(join(tmpdir(), 'proxy-herd-screenshots-'));
  const [config, gateway] = await writeConfig(folder);
  const herd = spawn(
    process.execPath,
    [join(ROOT, BUNDLE, 'main.js'), 'up', '--demo', '--config', config],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = once(herd, 'exit');
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
  });
  try {
    await untilReady(herd.stdout);
    mkdirSync(IMAGES, { recursive: true });
    for (const theme of /** @type {const} */ (['light', 'dark'])) {
      await takeMap(browser, gateway, theme);
    }
    await takeFlood(browser, gateway, folder);
  } finally {
    await browser.close();
    herd.kill();
    await ended;
    rmSync(folder, { recursive: true });
  }
}

/**
 * The map of a demo, with one of its clients selected.
 *
 * @param {Browser} browser
 * @param {string} gateway
 * @param {'light' | 'dark'} theme
 */
async function takeMap(browser, gateway, theme) {
  const page = await browser.newPage({ viewport: SIZE, colorScheme: theme, locale: 'en-GB' });
  await page.goto(`${gateway}/#/map`);
  await page.getByText('live', { exact: true }).waitFor();
  await page.getByRole('combobox').first().fill('demo-');
  await page.getByRole('option').first().click();
  await delay(MOVES_MS);
  const file = join(IMAGES, `dashboard-${theme}.png`);
  await page.screenshot({ path: file });
  await page.close();
  checkSize(file, MOST_BYTES.picture);
}

/**
 * The flood of a report through the herd, as the page shows it.
 *
 * @param {Browser} browser
 * @param {string} gateway
 * @param {string} folder for the frames
 */
async function takeFlood(browser, gateway, folder) {
  const page = await browser.newPage({ viewport: SIZE, colorScheme: 'dark', locale: 'en-GB' });
  await page.goto(`${gateway}/#/herd`);
  const picture = page.getByRole('region', { name: 'Picture of the herd' });
  await picture.waitFor();
  const frames = await record(page, folder);
  await page.close();
  const file = join(IMAGES, 'flood.webp');
  const each = frames.flatMap(({ file: frame, ms }) => ['-d', String(ms), frame]);
  const made = spawnSync(
    'img2webp',
    ['-loop', '0', '-lossy', '-q', String(QUALITY), '-m', '6', ...each, '-o', file],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  if (made.status !== 0) throw new Error('img2webp failed');
  checkSize(file, MOST_BYTES.animation);
}

/**
 * Records what a page shows, as fast as this machine takes pictures: each frame is shown as long as it really was.
 *
 * @param {Page} page
 * @param {string} folder
 * @returns {Promise<Frame[]>}
 */
async function record(page, folder) {
  /** @type {{ readonly file: string, readonly atMs: number }[]} */
  const taken = [];
  const session = await page.context().newCDPSession(page);
  session.on('Page.screencastFrame', ({ data, sessionId, metadata }) => {
    void session.send('Page.screencastFrameAck', { sessionId });
    const file = join(folder, `${taken.length}.png`);
    writeFileSync(file, Buffer.from(data, 'base64'));
    taken.push({ file, atMs: (metadata.timestamp ?? 0) * 1000 });
  });
  await session.send('Page.startScreencast', { format: 'png', everyNthFrame: 1 });
  await delay(ANIMATION_MS);
  await session.send('Page.stopScreencast');
  const endMs = (taken.at(-1)?.atMs ?? 0) + FRAME_MS;
  /** @type {Frame[]} */
  const frames = [];
  let shownFromMs = taken[0]?.atMs ?? 0;
  for (const [n, { file }] of taken.entries()) {
    const ms = Math.round((taken[n + 1]?.atMs ?? endMs) - shownFromMs);
    if (ms < FRAME_MS) continue; // the next one is shown in its place
    frames.push({ file, ms });
    shownFromMs += ms;
  }
  return frames;
}

/**
 * Writes the configuration of a herd on free ports. Returns its path, and the URL of its first gateway.
 *
 * @param {string} folder
 * @returns {Promise<[config: string, gateway: string]>}
 */
async function writeConfig(folder) {
  const ports = await takePorts(3 * SERVERS.length);
  const lines = SERVERS.map((name, n) => {
    const [clients, peers, gateway] = ports.slice(3 * n).map((port) => `127.0.0.1:${port}`);
    return `  ${name}: { clients: '${clients}', peers: '${peers}', gateway: '${gateway}' }`;
  });
  const links = LINKS.map((link) => `  - [${link.replace(' ', ', ')}]`);
  const config = join(folder, 'herd.yaml');
  writeFileSync(config, ['servers:', ...lines, 'links:', ...links, ''].join('\n'));
  return [config, `http://127.0.0.1:${ports[2]}`];
}

/**
 * Ports that nobody listens on now.
 *
 * @param {number} count
 */
async function takePorts(count) {
  const listeners = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(listeners.map((each) => once(each, 'listening')));
  const ports = listeners.map((each) => {
    const address = each.address();
    return address !== null && typeof address === 'object' ? address.port : 0;
  });
  await Promise.all(listeners.map((each) => once(each.close(), 'close')));
  return ports;
}

/**
 * Waits until the herd and its demo run.
 *
 * @param {import('node:stream').Readable} output
 * @returns {Promise<unknown>}
 */
function untilReady(output) {
  return new Promise((resolve, reject) => {
    let text = '';
    output.on('data', (chunk) => {
      text += String(chunk);
      if (/^ready: /m.test(text)) resolve(undefined);
    });
    output.once('end', () => reject(new Error(`the herd ended: ${text}`)));
  });
}

/**
 * @param {string} file
 * @param {number} mostBytes
 */
function checkSize(file, mostBytes) {
  const { size } = statSync(file);
  console.log(`${file}: ${size} bytes`);
  if (size > mostBytes) throw new Error(`${file} has more than ${mostBytes} bytes`);
}
