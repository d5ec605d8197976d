import { parsePattern, PATTERN_EXPECTED } from '../access/client-pattern.ts';
import type { AccessOptions } from '../access/rules.ts';
import { hookUrlFault } from '../gateway/hooks/hook-url.ts';
import { eventsWithoutForm, type HookOptions } from '../gateway/hooks/options.ts';
import { HOOK_SECRET_EXPECTED, parseHookSecret } from '../gateway/hooks/signature.ts';
import { isTokenHash } from '../access/token.ts';
import { LOG_LEVELS } from './log-events.ts';
import { isName, NAME_EXPECTED } from '../protocol/name.ts';
import { MAX_NEIGHBOURS } from '../store/neighbour-set.ts';
import type { ClientLimits } from '../text/options.ts';
import { type Address, isLoopback } from '../transport/address.ts';
import { findProvider, PROVIDERS } from '../places/providers.ts';
import { OptionError } from './errors.ts';
import type { PlacesOptions } from '../places/options.ts';
import type { ServerOptions } from './options.ts';

const HIGHEST_PORT = 65_535;

/** The longest delay of a timer, in milliseconds: a longer one would end at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

const COUNT = 'a whole number of at least 1';
const AGE = 'a number of milliseconds above 0';
const TIME = `a number of milliseconds from 0 to ${MAX_TIMER_MS}`;

/**
 * Checks a server's options at its start: a wrong value would otherwise only show later, in a place that
 * says nothing of the cause.
 *
 * @throws {OptionError} for the first one that is wrong
 */
export function requireUsableOptions(options: ServerOptions): void {
  requireName('herd', options.herd);
  requireName('name', options.name);
  requireAddress('clients', options.clients);
  requireAddress('peers', options.peers);
  requireGateway(options);
  requireNeighbours(options);
  requireLimits(options.clientLimits);
  requireAccess(options.access);
  requireHooks(options.hooks);
  requirePlaces(options.places);
  const { acknowledge, framing, forgetMs, maxClients, maxMemoryBytes, journalFolder } = options;
  const { tombstoneGraceMs } = options;
  expect('framing', framing, ['line', 'idle'].includes(framing), 'line or idle');
  const { logLevel } = options;
  expect('logLevel', logLevel, LOG_LEVELS.includes(logLevel), LOG_LEVELS.join(', '));
  const onWhich = options.nats === undefined ? 'neighbours' : 'replicated';
  const promises = ['received', onWhich, 'journaled'];
  expect('acknowledge', acknowledge, promises.includes(acknowledge), promises.join(' or '));
  const isKept = acknowledge !== 'journaled' || journalFolder !== undefined;
  expect('acknowledge', acknowledge, isKept, 'another promise, as there is no journalFolder');
  expect('forgetMs', forgetMs, forgetMs === undefined || forgetMs > 0, AGE);
  expect('tombstoneGraceMs', tombstoneGraceMs, tombstoneGraceMs > 0, AGE);
  expect('maxClients', maxClients, isCount(maxClients), COUNT);
  expect('maxMemoryBytes', maxMemoryBytes, isCount(maxMemoryBytes), COUNT);
}

/** Beyond loopback anybody could report as anybody. */
function requireGateway({ gateway, access }: ServerOptions): void {
  if (gateway === undefined) return;
  requireAddress('gateway', gateway);
  const { host } = gateway;
  const isGuarded = isLoopback(host) || access !== undefined;
  expect('gateway.host', host, isGuarded, 'loopback, as no access says who may do what');
}

function requirePlaces({ provider: name, choices, calls }: PlacesOptions): void {
  const provider = findProvider(name);
  const names = PROVIDERS.map((known) => known.name).join(', ');
  expect('places.provider', name, provider !== undefined, names);
  if (provider === undefined) return;
  const isAsked = !provider.distanceNeedsTypes || choices.rank === 'prominence';
  const isRankable = isAsked || choices.types.length > 0;
  expect('places.choices.rank', choices.rank, isRankable, 'prominence, as there are no types');
  const isCalled = (calls !== undefined) === (provider.atOnce !== undefined);
  expect('places.calls', calls, isCalled, calls ? 'none: nobody is called' : 'how to call it');
}

function requireNeighbours({ name: server, neighbours }: ServerOptions): void {
  const most = `at most ${MAX_NEIGHBOURS} of them`;
  expect('neighbours', neighbours.length, neighbours.length <= MAX_NEIGHBOURS, most);
  const names = new Set([server]);
  for (const [index, { name, peers }] of neighbours.entries()) {
    const option = `neighbours[${index}]`;
    requireName(`${option}.name`, name);
    expect(`${option}.name`, name, !names.has(name), 'a name that no other server has');
    names.add(name);
    requireAddress(`${option}.peers`, peers);
  }
}

function requireLimits({ idleMs, unreadMs, rate, ...counts }: ClientLimits): void {
  for (const [key, value] of Object.entries(counts)) {
    expect(`clientLimits.${key}`, value, isCount(value), COUNT);
  }
  for (const [key, value] of Object.entries({ idleMs, unreadMs })) {
    expect(`clientLimits.${key}`, value, value >= 0 && value <= MAX_TIMER_MS, TIME);
  }
  if (rate === undefined) return;
  const { perSecond, burst } = rate;
  const isRate = Number.isFinite(perSecond) && perSecond > 0;
  expect('clientLimits.rate.perSecond', perSecond, isRate, 'a number above 0');
  expect('clientLimits.rate.burst', burst, burst >= 1, 'a number of at least 1');
}

function requireAccess(access: AccessOptions | undefined): void {
  if (access === undefined) return;
  const groups = new Set(access.groups.map(({ name }) => name));
  for (const [index, { clients }] of access.groups.entries()) {
    requirePatterns(`access.groups[${index}].clients`, clients);
  }
  for (const [index, token] of access.tokens.entries()) {
    const option = `access.tokens[${index}]`;
    requireName(`${option}.name`, token.name);
    // Not what was found: where a token was put in the place of its hash it would be shown.
    expect(`${option}.hash`, 'another text', isTokenHash(token.hash), 'the hash of a token');
    requirePatterns(`${option}.report`, token.report);
    requirePatterns(`${option}.read`, token.read);
    const unknown = token.groups.find((name) => !groups.has(name));
    expect(`${option}.groups`, unknown, unknown === undefined, 'names of groups');
  }
}

function requireHooks(hooks: readonly HookOptions[]): void {
  const names = new Set<string>();
  for (const [index, { name, url, form, events, clients, secrets, ...rest }] of hooks.entries()) {
    const option = `hooks[${index}]`;
    requireName(`${option}.name`, name);
    expect(`${option}.name`, name, !names.has(name), 'a name that no other hook has');
    names.add(name);
    // Not what was found, here and below: it may be a secret.
    const urlFault = hookUrlFault(url, rest.allowPrivate);
    expect(`${option}.url`, 'another text', urlFault === undefined, urlFault ?? '');
    const unknown = eventsWithoutForm(form, events);
    expect(
      `${option}.events`,
      unknown.join(', '),
      unknown.length === 0,
      'what Home Assistant knows',
    );
    requirePatterns(`${option}.clients`, clients);
    const isSecret = secrets.every((secret) => parseHookSecret(secret) !== undefined);
    expect(`${option}.secrets`, 'another text', isSecret, HOOK_SECRET_EXPECTED);
    const isTime = rest.timeoutMs > 0 && rest.timeoutMs <= MAX_TIMER_MS;
    expect(`${option}.timeoutMs`, rest.timeoutMs, isTime, AGE);
  }
}

function requirePatterns(option: string, texts: readonly string[]): void {
  const wrong = texts.find((text) => parsePattern(text) === undefined);
  expect(option, wrong, wrong === undefined, PATTERN_EXPECTED);
}

function requireName(option: string, name: string): void {
  expect(option, name, isName(name), NAME_EXPECTED);
}

function requireAddress(option: string, { host, port }: Address): void {
  expect(`${option}.host`, host, host !== '', 'a host');
  const isPort = Number.isInteger(port) && port >= 0 && port <= HIGHEST_PORT;
  expect(`${option}.port`, port, isPort, `a port from 0 to ${HIGHEST_PORT}`);
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}

function expect(option: string, found: unknown, isRight: boolean, expected: string): void {
  if (!isRight) throw new OptionError(option, found, expected);
}
