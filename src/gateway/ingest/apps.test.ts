import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';

import { encryptionKeyOf } from '../../access/encryption-key.ts';
import type { Card } from '../../service/cards.ts';
import { parseTime } from '../../protocol/time.ts';
import {
  type AppRequest,
  type Extras,
  type PhoneApp,
  type PhoneSign,
  type Told,
  TOLD_NOTHING,
  type UnusedReason,
} from './app.ts';
import { PHONE_APPS } from './apps.ts';

/** A request as an app sends it, and what is to come of it: see the files in each app's `fixtures`. */
interface Fixture {
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    /** What the phone encrypts with. */
    readonly passphrase?: string;
  };
  readonly fixes: readonly FixtureFix[];
  /** Of the phones that the request names; none where it is left out. */
  readonly signs?: readonly PhoneSign[];
  readonly unused: readonly UnusedReason[];
  /** What it says beside fixes, where the app shows friends; what is not there is as in `NO_EXTRAS`. */
  readonly extras?: Partial<Omit<Extras, 'card'>> & { readonly card?: Partial<Card> };
  /** Who there is to be shown. */
  readonly friends?: readonly (FixtureFix & { readonly tid: string; readonly card?: Card })[];
  /** 24 bytes in hexadecimal digits, where the answer is to be encrypted. */
  readonly nonce?: string;
  readonly answer: { readonly status: number; readonly type?: string; readonly body: string };
}

/** A fix, or where a friend is. */
interface FixtureFix {
  readonly device: string | null;
  readonly latitude: number;
  readonly longitude: number;
  readonly time: string | null;
  readonly attributes: object;
}

const NO_EXTRAS: Extras = { device: undefined, isEncrypted: false, card: undefined, waypoints: [] };

/** The sources: this file runs as `dist/gateway/ingest/apps.test.js`. */
const SOURCES = new URL('../../../src/gateway/ingest/', import.meta.url);

function fixturesOf(app: string): [string, Fixture][] {
  const folder = new URL(`${app}/fixtures/`, SOURCES);
  return readdirSync(folder).map((file) => [
    file.replace('.json', ''),
    JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Fixture,
  ]);
}

function requestOf({ method, url, headers, body, passphrase }: Fixture['request']): AppRequest {
  const { pathname, searchParams } = new URL(`http://herd${url}`);
  const key = passphrase === undefined ? undefined : encryptionKeyOf(passphrase);
  return { method, rest: pathname, query: searchParams, headers, body: Buffer.from(body), key };
}

function extrasIn(extras: NonNullable<Fixture['extras']>): Extras {
  const card = extras.card && { name: undefined, face: undefined, ...extras.card };
  return { ...NO_EXTRAS, ...extras, card };
}

/** What a fixture's app is told. */
function toldIn({ friends = [], nonce }: Fixture, key: Uint8Array | undefined): Told {
  return {
    friends: friends.map(({ tid, latitude, longitude, time, attributes, card }) => {
      const instant = parseTime(time ?? '');
      assert.ok(instant);
      const position = { latitude, longitude };
      const rest = { client: '', received: instant, origin: '', at: '' };
      const location = { ...rest, position, time: instant, attributes: { ...attributes } };
      return { tid, location, card };
    }),
    encryption:
      nonce === undefined || key === undefined
        ? undefined
        : { key, nonce: Buffer.from(nonce, 'hex') },
  };
}

for (const app of PHONE_APPS.values()) {
  for (const [name, fixture] of fixturesOf(app.name)) {
    test(`${app.name}: ${name}`, () => {
      const { request, fixes, signs = [], unused, extras, answer } = fixture;
      const asked = requestOf(request);
      const read = app.parse(asked);
      const named = read.signs.filter(({ device }) => device !== undefined);
      assert.deepEqual(JSON.parse(JSON.stringify(named)), signs);
      assert.deepEqual(
        { ...read, signs },
        {
          fixes: fixes.map(({ device, latitude, longitude, time, attributes }) => ({
            device: device ?? undefined,
            latitude,
            longitude,
            time: time === null ? undefined : parseTime(time),
            attributes,
          })),
          signs,
          unused,
          ...(extras === undefined ? {} : { extras: extrasIn(extras) }),
        },
      );
      const told = toldIn(fixture, asked.key);
      assert.deepEqual(app.respond(asked, told), { type: undefined, ...answer });
    });
  }

  test(`${app.name}: whatever comes is read, and answered as a success`, () => {
    fc.assert(
      fc.property(anything(app), ({ text, url }) => {
        const asked = requestOf({ method: 'POST', url, headers: {}, body: text });
        const { fixes, unused, extras } = app.parse(asked);
        const { card, waypoints = [] } = extras ?? {};
        assert.ok(fixes.length + unused.length + waypoints.length > 0 || card !== undefined);
        for (const { latitude, longitude, time } of fixes) {
          assert.ok(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180);
          assert.ok(time === undefined || Number.isInteger(time.seconds));
        }
        assert.equal(app.respond(asked, TOLD_NOTHING).status, 200);
      }),
      { numRuns: 200, seed: 1 },
    );
  });
}

/** Bodies and queries: of any bytes, and those of fixtures with some other values in them. */
function anything({ name }: PhoneApp): fc.Arbitrary<{ text: string; url: string }> {
  const requests = fixturesOf(name).map(([, { request }]) => request);
  const values = fc.oneof(fc.json(), fc.string(), fc.double().map(String));
  const changed = fc
    .tuple(fc.constantFrom(...requests), fc.nat(), values)
    .map(([{ url, body }, at, value]) => ({
      url: url.slice(0, url.indexOf('?') + 1),
      text: splice(body, at, value),
    }));
  const any = fc.tuple(fc.oneof(fc.json(), fc.string()), fc.webQueryParameters());
  return fc.oneof(
    changed,
    any.map(([text, query]) => ({ text, url: `?${query}` })),
  );
}

/** A text in which one value is another. */
function splice(text: string, at: number, value: string): string {
  const numbers = [...text.matchAll(/-?\d+(\.\d+)?/g)];
  const found = numbers[at % Math.max(1, numbers.length)];
  if (found === undefined) return value;
  return text.slice(0, found.index) + value + text.slice(found.index + found[0].length);
}
