// Builds the dashboard (web/) into dist/web/: bundled, and each file also compressed, so that a server only has to send
// it. Where nothing that it is made from has changed, it does nothing.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build } from 'vite';
import { DASHBOARD, filesIn, ROOT } from './projects.mjs';
import { writeMapData } from './map-data.mjs';

/** Holds the fingerprint of what the last build was made from. */
const STAMP = join(ROOT, 'build/dashboard-built-from');

/** The files of the base map; modules import their URLs. */
const MAP_DATA = join(ROOT, 'build/map-data');

/** What the page asks the herd with: the package's own client library, from its source. */
const CLIENT = join(ROOT, 'src/client/index.ts');

/** Beside its sources, what it depends on. */
const SETTINGS = ['scripts/dashboard.mjs', 'scripts/map-data.mjs', 'package-lock.json'];

/** What compression makes smaller; what is below the size fits one packet anyway. */
const COMPRESSED = /\.(css|html|js|json|mjs|svg|webmanifest)$/;
const COMPRESS_FROM_BYTES = 1024;

/** The last percent of compression takes most of its time. */
const BROTLI_QUALITY = 9;

const output = join(ROOT, DASHBOARD.output);
const wanted = fingerprint();
if (!isUpToDate()) await buildDashboard();

function isUpToDate() {
  return (
    existsSync(STAMP) &&
    readFileSync(STAMP, 'utf8') === wanted &&
    existsSync(join(output, 'index.html'))
  );
}

async function buildDashboard() {
  rmSync(STAMP, { force: true });
  writeMapData(MAP_DATA);
  await build({
    root: join(ROOT, DASHBOARD.source),
    configFile: false,
    logLevel: 'warn',
    base: './',
    resolve: { alias: { 'map-data': MAP_DATA, 'proxy-herd/client': CLIENT } },
    build: {
      outDir: output,
      emptyOutDir: true,
      target: 'es2022',
      assetsInlineLimit: 0, // the content security policy has no data: scripts or styles
      license: { fileName: 'LICENSES.md' }, // which they ask for in each copy
      modulePreload: { polyfill: false },
      rolldownOptions: { checks: { pluginTimings: false } },
      chunkSizeWarningLimit: 2000, // in kB: the map's library is one piece; a test has the limits that count
    },
  });
  await Promise.all(filesIn(DASHBOARD.output).map((file) => compress(join(output, file))));
  mkdirSync(join(ROOT, 'build'), { recursive: true });
  writeFileSync(STAMP, wanted);
}

/**
 * Writes a file again, compressed in both ways that browsers take, where it is then smaller.
 *
 * @param {string} path
 */
async function compress(path) {
  const bytes = await readFile(path);
  if (!COMPRESSED.test(path) || bytes.length < COMPRESS_FROM_BYTES) return;
  const params = { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY };
  await Promise.all([
    promisify(brotliCompress)(bytes, { params }).then((made) => writeFile(`${path}.br`, made)),
    promisify(gzip)(bytes, { level: 9 }).then((made) => writeFile(`${path}.gz`, made)),
  ]);
}

function fingerprint() {
  const hash = createHash('sha256');
  const sources = [DASHBOARD.source, 'src/client', 'src/protocol'].flatMap((folder) =>
    filesIn(folder)
      .filter((file) => !/\.test\.tsx?$/.test(file))
      .map((file) => `${folder}/${file}`),
  );
  for (const file of [...sources, ...SETTINGS]) {
    const { mtimeMs, size } = statSync(join(ROOT, file));
    hash.update(`${file} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex');
}
