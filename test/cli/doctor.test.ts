import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { stringify } from 'yaml';
import { z } from 'zod';
import { AnsweringUpstream } from '../places/answering-upstream.ts';
import { Authority } from '../support/certificate.ts';
import { TestFolder } from '../support/folder.ts';
import { TestHerd } from '../support/herd.ts';
import { CommandHost } from '../support/hosted-commands.ts';
import { takePorts } from '../support/ports.ts';
import { runCli } from '../support/process.ts';
import { untilLink } from '../support/server-log.ts';

/* Each finding is provoked for real. */

const commands = new CommandHost();
after(() => commands[Symbol.asyncDispose]());

const answerSchema = z.object({
  counts: z.object({ ok: z.int(), warning: z.int(), wrong: z.int() }),
  findings: z.array(
    z.object({
      check: z.string(),
      subject: z.string(),
      state: z.enum(['ok', 'warning', 'wrong']),
      found: z.string(),
      remedy: z.string().optional(),
    }),
  ),
});
type Finding = z.infer<typeof answerSchema>['findings'][number];

/** What `doctor` finds, and its exit status. */
async function doctor(
  folder: string,
  args: readonly string[] = [],
  env?: NodeJS.ProcessEnv,
): Promise<{ readonly code: number | null; readonly findings: readonly Finding[] }> {
  const words = ['doctor', '--json', ...args];
  const { code, stdout, stderr } =
    env === undefined
      ? await commands.run(words, folder)
      : await runCli(words, { cwd: folder, env });
  assert.equal(stderr, '');
  const { counts, findings } = answerSchema.parse(JSON.parse(stdout));
  assert.equal(code, counts.wrong > 0 ? 1 : 0);
  return { code, findings };
}

/** The findings of a check as `state subject: found`. */
function linesOf(findings: readonly Finding[], check: string): string[] {
  return findings
    .filter((finding) => finding.check === check)
    .map(({ state, subject, found }) => `${state} ${subject}: ${found}`);
}

function assertFound(findings: readonly Finding[], check: string, pattern: RegExp): void {
  const lines = linesOf(findings, check);
  assert.ok(
    lines.some((line) => pattern.test(line)),
    `no ${String(pattern)} in\n${lines.join('\n')}`,
  );
}

/** A folder with a herd of one server on free ports, and these values besides. */
async function makeHerd(values: object = {}): Promise<TestFolder & { ports: number[] }> {
  const folder = await TestFolder.make();
  const ports = await takePorts(3);
  const [clients, peers, gateway] = ports.map((port) => `127.0.0.1:${port}`);
  const config = { servers: { A: { clients, peers, gateway } }, ...values };
  await writeFile(join(folder.path, 'herd.yaml'), stringify(config));
  return Object.assign(folder, { ports });
}

/** Something that listens, and greets. */
async function listen(port: number, greeting = ''): Promise<Server & AsyncDisposable> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined).end(greeting);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(server, {
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  });
}

test('a herd that is to be started has nothing wrong', async () => {
  await using folder = await makeHerd();
  const { findings } = await doctor(folder.path);
  assert.deepEqual(
    findings.filter(({ state }) => state === 'wrong'),
    [],
  );
  assertFound(findings, 'ports', /^ok A clients 127\.0\.0\.1:\d+: free/);
  assertFound(findings, 'disk', /^ok data: .* GB free; it is made at the start$/);
  assertFound(findings, 'disk', /^(ok|warning) data: a write is (not )?on disk after [\d.]+ ms$/);
  assertFound(findings, 'places', /^ok geonames: answered OK after \d+ ms$/);
  const { code, stdout } = await commands.run(['doctor'], folder.path);
  assert.equal(code, 0);
  assert.match(stdout, /^ports\n {2}ok {7}A clients .*free.*\n/m);
  assert.match(stdout, /\n\n0 wrong, \d to look at, \d+ ok\n$/);
});

test('a herd that runs is asked, and who has another secret is found', async () => {
  const spec = { servers: ['A', 'B'], links: [['A', 'B']], hasGateways: true } as const;
  await using herd = await TestHerd.make(spec);
  const secret = (text: string): NodeJS.ProcessEnv => ({ PROXY_HERD_SECRET: text });
  const own = secret('the secret that both servers know');
  await herd.serve('A', own);
  const second = await herd.serve('B', own);
  await untilLink(herd, 'A', 'B', 'link-up');
  await untilLink(herd, 'B', 'A', 'link-up');
  const whole = await doctor(herd.folder, [], own);
  assert.equal(whole.code, 0, JSON.stringify(whole.findings));
  assertFound(whole.findings, 'ports', /^ok B peers .*: the server listens \(process \d+\)$/);
  assertFound(whole.findings, 'links', /^ok B to A at .*: proven$/);
  assertFound(whole.findings, 'clocks', /^ok A: its clock agrees with this machine's$/);
  assertFound(whole.findings, 'clocks', /^ok B: its clock agrees with that of A$/);
  assertFound(whole.findings, 'gateways', /^ok A: answers at http:\/\/127\.0\.0\.1:\d+$/);

  const other = await doctor(herd.folder, [], secret('a secret that no server of it knows'));
  assert.equal(other.code, 1);
  assertFound(other.findings, 'links', /^wrong A to B at .*: it refuses the proof: it has another/);

  await second.stop();
  await untilLink(herd, 'A', 'B', 'link-down');
  const half = await doctor(herd.folder, [], own);
  assertFound(
    half.findings,
    'ports',
    /^warning B: it does not run, and others of this machine do$/,
  );
  assertFound(half.findings, 'gateways', /^warning A: its link to B is down since /);
});

test('a port that another process has is named with that process', async () => {
  await using folder = await makeHerd();
  await using _taken = await listen(folder.ports[0] ?? 0);
  const { code, findings } = await doctor(folder.path);
  assert.equal(code, 1);
  assertFound(
    findings,
    'ports',
    new RegExp(`^wrong A clients .*: taken by process ${process.pid}: `),
  );
});

test('files: a secret that others can read, one that is not there, a folder that is a file', async () => {
  await using folder = await makeHerd({
    secretFile: 'peer.secret',
    data: 'peer.secret',
    logs: 'none',
  });
  const secret = join(folder.path, 'peer.secret');
  const missing = await doctor(folder.path);
  assert.equal(missing.code, 1);
  assertFound(missing.findings, 'files', /^wrong A: .*secretFile: the file .* no such file$/);
  await writeFile(secret, 'a secret of more than sixteen bytes\n');
  await chmod(secret, 0o644);
  const readable = await doctor(folder.path);
  assertFound(readable.findings, 'files', /^warning secretFile: .*others may read .*mode 0644/);
  assertFound(readable.findings, 'disk', /^wrong data: .*peer\.secret cannot be written to: /);
});

test('certificates that have expired, or will soon', async () => {
  const authority = new Authority('authority');
  const inDays = (days: number): string =>
    new Date(Date.now() + days * 86_400_000).toISOString().slice(2, 10).replaceAll('-', '');
  const files = (name: string) => ({ certFile: `${name}.pem`, keyFile: `${name}.key` });
  await using folder = await makeHerd({ clientTls: files('old'), gatewayTls: files('soon') });
  for (const [name, validTo] of [
    ['old', inDays(-2)],
    ['soon', inDays(5)],
  ] as const) {
    const { cert, key } = authority.issue({ name, validTo });
    await writeFile(join(folder.path, `${name}.pem`), cert);
    await writeFile(join(folder.path, `${name}.key`), key, { mode: 0o600 });
  }
  const { code, findings } = await doctor(folder.path);
  assert.equal(code, 1);
  assertFound(findings, 'certificates', /^wrong clientTls.certFile old\.pem .*: it expired on \d/);
  assertFound(findings, 'certificates', /^warning gatewayTls.certFile soon\.pem .*: it expires on/);
});

test('limits, and a gatewayUrl that leads nowhere', async () => {
  const [port = 0] = await takePorts(1);
  const gatewayUrl = `http://127.0.0.1:${port}`;
  await using folder = await makeHerd({ gatewayUrl, clientLimits: { connections: 1_000_000 } });
  const { code, findings } = await doctor(folder.path);
  assert.equal(code, 1);
  assertFound(findings, 'gateways', /^wrong gatewayUrl: cannot reach .*: nothing listens there$/);
  if (process.platform === 'linux') {
    assertFound(findings, 'limits', /^(warning|ok) : \d+ open files/);
  }
});

for (const [greeting, pattern] of [
  ['SSH-2.0-OpenSSH_9.2\r\n', /^wrong nats:.*: what answers is no NATS server$/],
  [undefined, /^wrong nats:.*: nothing listens there$/],
] as const) {
  test(`NATS: what greets with ${greeting?.trim() ?? 'nothing'}`, async () => {
    const [port = 0] = await takePorts(1);
    await using _nats = greeting === undefined ? undefined : await listen(port, greeting);
    const servers = [`nats://127.0.0.1:${port}`];
    await using folder = await makeHerd({ replication: { engine: 'nats', servers } });
    const { findings } = await doctor(folder.path);
    assertFound(findings, 'nats', pattern);
  });
}

test('the upstream is asked where the user agrees, and its refusal is told without the key', async () => {
  const denied = JSON.stringify({
    error: { code: 403, status: 'PERMISSION_DENIED', message: 'no' },
  });
  await using upstream = await AnsweringUpstream.start((_request, response) => {
    response.writeHead(403, { 'content-type': 'application/json' }).end(denied);
  });
  const places = { provider: 'google', url: upstream.url, keyFile: 'places.key' };
  await using folder = await makeHerd({ places });
  await writeFile(join(folder.path, 'places.key'), 'not-a-real-key\n', { mode: 0o600 });
  const unasked = await doctor(folder.path);
  assertFound(unasked.findings, 'places', /^ok google: not asked; its key was not tried: --ask/);
  assert.equal(upstream.requests.length, 0);
  const { code, findings } = await doctor(folder.path, ['--ask-upstream']);
  assert.equal(code, 1);
  assertFound(findings, 'places', /^wrong google: /);
  assert.equal(upstream.requests.length, 1);
  assert.doesNotMatch(JSON.stringify(findings), /not-a-real-key/);
});

test('a faulty configuration is a finding with its line', async () => {
  await using folder = await TestFolder.make();
  await writeFile(join(folder.path, 'herd.yaml'), 'servers:\n  A: { clients: h:1 }\n');
  const { code, findings } = await doctor(folder.path);
  assert.equal(code, 1);
  assertFound(findings, 'files', /^wrong : herd\.yaml:2: servers\.A\.peers: missing/);
  assertFound(findings, 'runtime', /^ok : Node /);
});
