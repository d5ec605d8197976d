import assert from 'node:assert/strict';
import { hkdfSync } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { z } from 'zod';
import { BUILT_IN } from '#src/cli/config/built-in.js';
import { toConfig } from '#src/cli/config/herd-config.js';
import { parseYaml } from '#src/cli/config/parse-yaml.js';
import { herdSchema } from '#src/cli/config/schema.js';
import { tryNext } from '#src/cli/try-next.js';
import type { BrokerCause } from '#src/replication/nats/cause.js';
import type { LinkCause } from '#src/replication/flood/messages.js';
import type { LogEvent, TrafficEvent } from '#src/server/log-events.js';
import { LinkKeys } from '#src/transport/link-keys.js';
import { CHECKOUT, runCli } from '../support/process.ts';
import { codeOf, readMarkdown, rowsOf } from './markdown.ts';

/*
 * What the code has a name for is documented under that name, and the documents have no name that the
 * code does not have.
 */

/** The part of JSON Schema that a mapping is described with. */
const mappingSchema = z.looseObject({
  oneOf: z.array(z.unknown()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  additionalProperties: z.unknown().optional(),
});

/** The keys of values, `servers.NAME.clients`, and those of mappings with any names. */
function keysOf(schema: unknown, path: string): string[] {
  const { data } = mappingSchema.safeParse(schema);
  const under = (key: string): string => (path === '' ? key : `${path}.${key}`);
  if (data?.oneOf !== undefined) {
    return [...new Set(data.oneOf.flatMap((each) => keysOf(each, path)))];
  }
  if (data?.properties !== undefined) {
    return Object.entries(data.properties).flatMap(([key, value]) => keysOf(value, under(key)));
  }
  if (typeof data?.additionalProperties !== 'object') return [path];
  return [path, ...keysOf(data.additionalProperties, under('NAME'))];
}

test('docs/CONFIGURATION.md has every key of the configuration, and no other', async () => {
  const schema = z.toJSONSchema(herdSchema, { io: 'input', unrepresentable: 'any' });
  const keys = keysOf(schema, '');
  assert.ok(keys.includes('servers.NAME.peers') && keys.includes('places.cache.ttl'));
  const rows = rowsOf(await readMarkdown('docs/CONFIGURATION.md'));
  const documented = rows.flatMap(([cell = '', ...others]) =>
    others.length === 2 ? (/^`([\w.]+)`$/.exec(cell)?.[1] ?? []) : [],
  );
  assert.deepEqual(documented.sort(), keys.sort());
});

test('docs/CLI.md has every command of the command line', async () => {
  const { stdout } = await runCli(['--help']);
  const commands = [...stdout.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);
  assert.ok(commands.includes('up'));
  const documented = rowsOf(await readMarkdown('docs/CLI.md')).flatMap(
    ([cell = '']) => /^`proxy-herd ([a-z]+)/.exec(cell)?.[1] ?? [],
  );
  assert.deepEqual(documented, commands);
});

test('the README shows what npm start ends with', async () => {
  const readme = await readFile(join(CHECKOUT, 'README.md'), 'utf8');
  const { source } = parseYaml('herd.yaml', '');
  const shown = tryNext(toConfig(source, BUILT_IN), 'npx proxy-herd', undefined);
  assert.ok(readme.includes(`\`\`\`text${shown}\`\`\`\n`.replace('text\n\n', 'text\n')), shown);
});

type Logged = LogEvent | TrafficEvent;

/** The names of an event's fields; the compiler sees to it that there is none too many or too few. */
type Fields<E extends Logged['event']> = {
  readonly [F in Exclude<keyof Extract<Logged, { event: E }>, 'event'>]: true;
};

const CAUSE = { code: true, detail: true } as const;
const EVENTS: { readonly [E in Logged['event']]: Fields<E> } = {
  start: { herd: true, server: true, clients: true, peers: true, gateway: true, pid: true },
  'few-files': { files: true, connections: true },
  reloaded: { options: true },
  stop: {},
  'connection-opened': { connection: true, address: true },
  'connection-closed': { connection: true, detail: true },
  'connection-refused': { address: true, reason: true },
  'accept-failed': { detail: true },
  'handshake-failed': { address: true, detail: true },
  'certificate-renewed': { port: true, validTo: true },
  'certificate-rejected': { port: true, code: true, detail: true },
  'http-answered': { address: true, method: true, path: true, status: true, milliseconds: true },
  'http-failed': { detail: true },
  'phone-data-unused': { app: true, client: true, reason: true, count: true, address: true },
  'geofences-full': {},
  'hook-failed': { hook: true, code: true, detail: true, failures: true },
  'hook-recovered': { hook: true, failures: true, seconds: true },
  'hook-dropped': { hook: true, reason: true, events: true },
  'left-out': { of: true, lines: true },
  commands: { connection: true, text: true, bytes: true },
  replies: { connection: true, text: true, bytes: true },
  'link-up': { neighbour: true, dialled: true },
  'link-down': { neighbour: true, ...CAUSE },
  'link-failed': { neighbour: true, ...CAUSE },
  lagging: { origin: true, reports: true, seconds: true },
  'caught-up': { origin: true, seconds: true },
  'neighbour-lagging': { neighbour: true, reports: true, seconds: true },
  'neighbour-caught-up': { neighbour: true, seconds: true },
  'drain-failed': { neighbour: true, detail: true },
  'nats-up': { to: true, version: true },
  'nats-down': CAUSE,
  'nats-failed': CAUSE,
  'nats-recovered': {},
  'places-fault': { provider: true, code: true, text: true },
  'places-forgotten': {},
  'journal-replaying': { bytes: true },
  'journal-replayed': { clients: true, milliseconds: true },
  'journal-cut': { detail: true },
  'journal-damaged': { detail: true },
  'journal-snapshot': { bytes: true },
  'journal-snapshot-failed': { detail: true },
  'journal-failed': { detail: true },
  'journal-recovered': {},
  'not-acknowledged': { connection: true, reports: true },
  'report-refused': { reason: true, client: true, clients: true },
  'token-accepted': { connection: true, token: true, address: true },
  'token-refused': { connection: true, code: true, token: true, address: true },
  'access-denied': {
    connection: true,
    reason: true,
    action: true,
    client: true,
    token: true,
    address: true,
  },
  'log-dropped': { lines: true },
};

const CLUSTER_CAUSES: { readonly [C in BrokerCause['code']]: true } = {
  unreachable: true,
  closed: true,
  unauthorized: true,
  'no-jetstream': true,
  stream: true,
  consumer: true,
  store: true,
};

const CAUSES: { readonly [C in LinkCause['code']]: true } = {
  unreachable: true,
  unproven: true,
  closed: true,
  silent: true,
  protocol: true,
  refused: true,
  replaced: true,
  stopping: true,
};

test('docs/LOG.md has every event with its level and fields, and every cause of a lost link', async () => {
  const rows = rowsOf(await readMarkdown('docs/LOG.md'));
  const source = await readFile(join(CHECKOUT, 'src/server/log-events.ts'), 'utf8');
  for (const [event, fields] of Object.entries(EVENTS)) {
    const [, level, , text = ''] = rows.find(([cell = '']) => codeOf(cell)[0] === event) ?? [];
    assert.match(source, new RegExp(`^  '?${event}'?: '${level}',$`, 'm'), `the level of ${event}`);
    const documented = codeOf(text);
    const missing = Object.keys(fields).filter((field) => !documented.includes(field));
    assert.deepEqual(missing, [], `the fields of ${event}`);
  }
  const names = new Set([EVENTS, CAUSES, CLUSTER_CAUSES].flatMap((each) => Object.keys(each)));
  assert.deepEqual(new Set(rows.map(([cell = '']) => codeOf(cell)[0])), names);
});

test('the limits of docs/LIMITS.md are those of the source', async () => {
  const sources = await readSources();
  const rows = rowsOf(await readMarkdown('docs/LIMITS.md')).filter(([, , name = '']) =>
    /^`[A-Z_]+(?:\.\w+)?`$/.test(name),
  );
  assert.ok(rows.length > 10);
  for (const [, figure = '', cell = ''] of rows) {
    const [name = ''] = codeOf(cell);
    const [constant = '', key] = name.split('.');
    const before = key === undefined ? '' : `[^;]*?{[^;]*?\\b${key}: `;
    const pattern = `const ${constant}\\b(?:: \\w+)? = ${before}([\\d_ *]+)[;,]`;
    const value = new RegExp(pattern).exec(sources)?.[1];
    assert.ok(value !== undefined, `${name} is in no source`);
    assert.equal(numberOf(figure), product(value), name);
  }
});

async function readSources(): Promise<string> {
  const folder = join(CHECKOUT, 'src');
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.ts'));
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.join('\n');
}

const UNITS: Readonly<Record<string, number>> = { Ki: 1024, Mi: 1024 * 1024 };

/** `4,096 bytes`, `32 KiB`, `16 MiB` as a number. */
function numberOf(figure: string): number {
  const [, digits = '', unit = ''] = /^([\d,]+)(?: (Ki|Mi))?/.exec(figure) ?? [];
  return Number(digits.replaceAll(',', '')) * (UNITS[unit] ?? 1);
}

/** `16 * 1024 * 1024` as a number. */
function product(text: string): number {
  return text.split('*').reduce((sum, factor) => sum * Number(factor.replaceAll('_', '')), 1);
}

test('docs/PROTOCOL.md has the key derivation of the code', async () => {
  const text = await readFile(join(CHECKOUT, 'docs/PROTOCOL.md'), 'utf8');
  const [, info = ''] = /`info` `([^`]+)`/.exec(text) ?? [];
  const [, idInfo = ''] = /made in the same way with `([^`]+)`/.exec(text) ?? [];
  const derive = (use: string, bytes: number): Buffer =>
    Buffer.from(
      hkdfSync('sha256', 'the secret of a herd', '', use.replace('HERD', 'cattle'), bytes),
    );
  const { identity, key } = new LinkKeys('cattle', 'A', ['B'], ['the secret of a herd']).own;
  assert.deepEqual(key, derive(info, 32));
  assert.equal(identity, `${derive(idInfo, 8).toString('hex')} A`);
});
