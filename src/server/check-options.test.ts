import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { TokenRule } from '../access/rules.ts';
import { tokenRule } from '../access/token-rule.test.ts';
import type { HookOptions } from '../gateway/hooks/options.ts';
import { requireUsableOptions } from './check-options.ts';
import { requireUsableSettings } from './check-places.ts';
import { OptionError } from './errors.ts';
import type { ServerOptions } from './options.ts';
import { ANY, SMALL_OPTIONS } from './small-options.test.ts';
import { DEFAULT_CHOICES } from '../places/choices.ts';

const HOOK: HookOptions = {
  name: 'hook',
  url: 'https://example.org/',
  form: 'json',
  events: ['location'],
  clients: ['*'],
  secrets: [`whsec_${Buffer.alloc(24).toString('base64')}`],
  allowPrivate: false,
  followRedirects: false,
  timeoutMs: 1,
};

/** Options that are as small, or as large, as they may be. */
const OPTIONS: ServerOptions = {
  ...SMALL_OPTIONS,
  neighbours: [{ name: 'Jaquez', peers: { ...ANY, port: 65_535 } }],
  clientLimits: {
    connections: 1,
    connectionsPerAddress: 1,
    commandsInFlight: 1,
    idleMs: 0,
    unreadMs: 2 ** 31 - 1,
    rate: { perSecond: 0.5, burst: 1 },
  },
  tombstoneGraceMs: 1,
  maxClients: 1,
  maxMemoryBytes: 1,
};

const { clientLimits: limits } = OPTIONS;
const names = (...all: string[]) => all.map((name) => ({ name, peers: ANY }));

test('what can be used is let through', () => {
  requireUsableOptions(OPTIONS);
  requireUsableOptions({
    ...OPTIONS,
    name: 'x'.repeat(64),
    acknowledge: 'journaled',
    journalFolder: '/x',
  });
  requireUsableOptions({
    ...OPTIONS,
    neighbours: names(...Array.from({ length: 30 }, (_, i) => `n${i}`)),
  });
});

const WRONG: [option: string, change: Partial<ServerOptions>][] = [
  ['name', { name: 'x'.repeat(65) }],
  ['name', { name: '' }],
  ['name', { name: '..' }],
  ['name', { name: 'a b' }],
  ['herd', { herd: 'a\nb' }],
  ['clients.port', { clients: { ...ANY, port: 65_536 } }],
  ['clients.port', { clients: { ...ANY, port: 1.5 } }],
  ['peers.host', { peers: { host: '', port: 1 } }],
  ['neighbours', { neighbours: names(...Array.from({ length: 31 }, (_, i) => `n${i}`)) }],
  ['neighbours[0].name', { neighbours: names('Riley') }],
  ['neighbours[1].name', { neighbours: names('a', 'a') }],
  ['neighbours[0].name', { neighbours: names('é') }],
  ['clientLimits.connections', { clientLimits: { ...limits, connections: 0 } }],
  ['clientLimits.commandsInFlight', { clientLimits: { ...limits, commandsInFlight: Number.NaN } }],
  ['clientLimits.idleMs', { clientLimits: { ...limits, idleMs: -1 } }],
  ['clientLimits.unreadMs', { clientLimits: { ...limits, unreadMs: 2 ** 31 } }],
  [
    'clientLimits.rate.perSecond',
    { clientLimits: { ...limits, rate: { perSecond: 0, burst: 1 } } },
  ],
  ['clientLimits.rate.burst', { clientLimits: { ...limits, rate: { perSecond: 1, burst: 0 } } }],
  ['acknowledge', { acknowledge: 'journaled' }],
  ['forgetMs', { forgetMs: 0 }],
  ['tombstoneGraceMs', { tombstoneGraceMs: 0 }],
  ['maxClients', { maxClients: Infinity }],
  ['maxMemoryBytes', { maxMemoryBytes: 0 }],
];

const hooks = (hook: Partial<HookOptions>): Partial<ServerOptions> => ({
  hooks: [{ ...HOOK, ...hook }],
});
WRONG.push(
  ['hooks[0].name', hooks({ name: 'a b' })],
  ['hooks[1].name', { hooks: [HOOK, HOOK] }],
  ['hooks[0].url', hooks({ url: 'http://example.org/' })],
  ['hooks[0].url', hooks({ url: 'https://user:word@example.org/' })],
  ['hooks[0].url', hooks({ url: 'file:///etc/passwd', allowPrivate: true })],
  ['hooks[0].events', hooks({ form: 'home-assistant', events: ['location', 'removed'] })],
  ['hooks[0].clients', hooks({ clients: ['two words'] })],
  ['hooks[0].secrets', hooks({ secrets: ['word'] })],
  ['hooks[0].timeoutMs', hooks({ timeoutMs: 0 })],
);

test('hooks that can be used are let through', () => {
  requireUsableOptions({ ...OPTIONS, ...hooks({}) });
  requireUsableOptions({ ...OPTIONS, ...hooks({ url: 'http://ha.local/x', allowPrivate: true }) });
});

const TOKEN = tokenRule('phone', '0'.repeat(64), { report: ['anna'], groups: ['family'] });
const access = (token: Partial<TokenRule>, clients = ['kid-*']): Partial<ServerOptions> => ({
  access: {
    clients: 'always',
    gateway: 'always',
    groups: [{ name: 'family', clients }],
    tokens: [{ ...TOKEN, ...token }],
  },
});
WRONG.push(
  ['access.groups[0].clients', access({}, ['two words'])],
  ['access.tokens[0].name', access({ name: '' })],
  ['access.tokens[0].hash', access({ hash: 'ph_0123456789abcdef0123456789abcdef' })],
  ['access.tokens[0].report', access({ report: ['anna', ''] })],
  ['access.tokens[0].read', access({ read: ['\\'] })],
  ['access.tokens[0].groups', access({ groups: ['family', 'friends'] })],
);

test('access that can be used is let through', () => {
  requireUsableOptions({ ...OPTIONS, ...access({}) });
});

const LEGACY = {
  ...OPTIONS.places,
  provider: 'google-legacy',
  calls: { deadlineMs: 1, atOnce: 1 },
};
const NEAREST = { ...DEFAULT_CHOICES, rank: 'distance' } as const;

for (const [option, places] of [
  ['places.provider', { ...OPTIONS.places, provider: 'atlas' }],
  ['places.calls', { ...LEGACY, calls: undefined }],
  ['places.calls', { ...OPTIONS.places, calls: LEGACY.calls }],
  ['places.choices.rank', { ...LEGACY, choices: NEAREST }],
] as const) {
  test(`${JSON.stringify(places)} is an error of ${option}`, () => {
    assert.throws(() => requireUsableOptions({ ...OPTIONS, places }), { option });
  });
}

test('the settings of a provider are checked, those of the embedded places as well', async () => {
  requireUsableOptions({
    ...OPTIONS,
    places: { ...LEGACY, choices: { ...NEAREST, types: ['bar'] } },
  });
  await requireUsableSettings(OPTIONS.places);
  await requireUsableSettings({ ...LEGACY, settings: { url: 'http://127.0.0.1:1' } });
  await assert.rejects(requireUsableSettings({ ...LEGACY, settings: { url: 'ftp://host' } }), {
    code: 'OPTION_INVALID',
    option: 'places.settings.url',
  });
  const nonsense = { nonsense: 1 };
  await assert.rejects(
    requireUsableSettings({ ...OPTIONS.places, settings: nonsense }),
    OptionError,
  );
});

for (const [option, change] of WRONG) {
  test(`${JSON.stringify(change)} is an error of ${option}`, () => {
    assert.throws(
      () => requireUsableOptions({ ...OPTIONS, ...change }),
      (error) => {
        assert.ok(error instanceof OptionError);
        assert.deepEqual([error.code, error.option], ['OPTION_INVALID', option]);
        assert.match(error.message, /found .*, expected /);
        assert.ok(!error.message.includes('ph_'));
        return true;
      },
    );
  });
}
