// The contract against the services themselves. Each is asked only where the environment says how; the
// two of Google's cost money.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { DEFAULT_FIELD_MASK } from '#src/places/google/field-mask.js';
import { createGoogleProvider } from '#src/places/google/provider.js';
import { createGoogleLegacyProvider } from '#src/places/google-legacy/provider.js';
import { createOverpassProvider } from '#src/places/overpass/provider.js';
import type { PlaceProvider } from '#src/places/provider.js';
import { HTTP } from './asking.ts';
import { assertShape, failureOf, outcomeOf, pageOf } from './outcome.ts';
import { DEFAULT_CHOICES } from '#src/places/choices.js';

const DEADLINE_MS = 20_000;

/** A place in a city: the middle of Zurich. */
const ZURICH = {
  latitude: 47.3769,
  longitude: 8.5417,
  radiusMetres: 1_000,
  choices: DEFAULT_CHOICES,
};

/** A value of the environment that says how to ask a service, and a provider that asks it so. */
interface RealService {
  readonly name: string;
  readonly variable: string;
  readonly create: (value: string) => PlaceProvider;
  /** Whether the value is a key. */
  readonly keyed: boolean;
}

const SERVICES: readonly RealService[] = [
  {
    name: 'google',
    variable: 'PROXY_HERD_TEST_GOOGLE_KEY',
    keyed: true,
    create: (key) =>
      createGoogleProvider(
        {
          url: 'https://places.googleapis.com',
          key,
          fieldMask: DEFAULT_FIELD_MASK,
          region: undefined,
          details: [],
          shortPagesComplete: true,
        },
        HTTP,
      ),
  },
  {
    name: 'google-legacy',
    variable: 'PROXY_HERD_TEST_GOOGLE_LEGACY_KEY',
    keyed: true,
    create: (key) =>
      createGoogleLegacyProvider(
        {
          url: 'https://maps.googleapis.com',
          key,
          shortPagesComplete: true,
        },
        HTTP,
      ),
  },
  {
    name: 'overpass',
    variable: 'PROXY_HERD_TEST_OVERPASS_URL',
    keyed: false,
    create: (url) =>
      createOverpassProvider({ url, contact: 'contract test', deadlineMs: DEADLINE_MS }, HTTP),
  },
];

for (const { name, variable, create, keyed } of SERVICES) {
  const value = process.env[variable] ?? '';
  const skip = value === '' ? `set ${variable} to ask the service itself` : false;

  test(`the service itself, by ${name}: a city has places`, { skip }, async () => {
    const page = pageOf(await outcomeOf(create(value), keyed ? value : '', ZURICH));
    assertShape(page);
    assert.equal(page.status, 'OK');
  });

  test(`the service itself, by ${name}: the sea has none`, { skip }, async () => {
    const sea = { ...ZURICH, latitude: -48.88, longitude: -123.39, radiusMetres: 50_000 };
    const page = pageOf(await outcomeOf(create(value), keyed ? value : '', sea));
    assert.equal(page.status, 'ZERO_RESULTS');
  });

  if (!keyed) continue;
  test(`the service itself, by ${name}: a wrong key is refused`, { skip }, async () => {
    const wrong = 'AIzaSyWrong-key-of-proxy-herds-tests-000';
    const outcome = await outcomeOf(create(wrong), wrong, ZURICH);
    const code = name === 'google' ? 'UPSTREAM_HTTP_STATUS' : 'UPSTREAM_REFUSED';
    failureOf(outcome, code, 'REQUEST_DENIED');
  });
}
