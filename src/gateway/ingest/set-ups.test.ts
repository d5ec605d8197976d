import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { anyText } from '../../protocol/any-text.test.ts';
import { PHONE_APPS } from './apps.ts';
import { profileOf } from './gpslogger/set-up.ts';
import { SET_UPS } from './set-ups.ts';
import { warningsOf, type PhoneToSetUp, type SetUp } from './set-up.ts';

const TOKEN = 'ph_00112233445566778899aabbccddeeff';
const PHONE: PhoneToSetUp = {
  baseUrl: 'https://herd.example.org/here',
  token: TOKEN,
  passphrase: undefined,
  client: 'anna',
};

function setUp(app: string, more: Partial<PhoneToSetUp> = {}): SetUp {
  const made = SET_UPS.get(app)?.({ ...PHONE, ...more });
  assert.ok(made !== undefined, app);
  return made;
}

/** The value that a link has as base64 of JSON. */
function inlineOf(link: string | undefined, parameter: string): unknown {
  const base64 = new URL(link ?? '').searchParams.get(parameter) ?? '';
  return JSON.parse(Buffer.from(base64, 'base64').toString('utf8')) as unknown;
}

test('each app has a set-up, with the token in it and what to do', () => {
  assert.deepEqual([...SET_UPS.keys()], [...PHONE_APPS.keys()]);
  for (const [app] of SET_UPS) {
    const { link, code, steps } = setUp(app);
    assert.ok(steps.length >= 2 && steps.join('\n').includes(TOKEN), app);
    assert.ok(link === undefined || code === link, app);
  }
});

test('links are in the forms of their apps', () => {
  assert.deepEqual(inlineOf(setUp('owntracks').link, 'inline'), {
    _type: 'configuration',
    mode: 3,
    url: 'https://herd.example.org/here/in/owntracks',
    auth: true,
    username: 'anna',
    password: PHONE.token,
    deviceId: 'phone',
    tid: 'an',
  });
  assert.match(setUp('owntracks').link ?? '', /^owntracks:\/\/\/config\?inline=[\w%]+$/);
  const encrypting = setUp('owntracks', { passphrase: 'correct horse' });
  const { encryptionKey } = inlineOf(encrypting.link, 'inline') as { encryptionKey: string };
  assert.equal(encryptionKey, 'correct horse');
  assert.match(encrypting.steps.join('\n'), /, encryption key correct horse$/m);
  assert.deepEqual(inlineOf(setUp('colota').link, 'config'), {
    endpoint: 'https://herd.example.org/here/in/colota',
    apiTemplate: 'custom',
    httpMethod: 'POST',
    isOfflineMode: false,
    auth: { type: 'bearer', bearerToken: PHONE.token },
  });
  assert.equal(
    setUp('overland').link,
    `overland://setup?url=https%3A%2F%2Fherd.example.org%2Fhere%2Fin%2Foverland&token=${PHONE.token}&device_id=anna&unique_id=no`,
  );
  assert.equal(
    setUp('gpslogger').link,
    `gpslogger://properties/https://herd.example.org/here/in/gpslogger/${PHONE.token}/herd.properties`,
  );
  assert.equal(
    setUp('traccar').code,
    `https://herd.example.org/here/in/traccar/${PHONE.token}?id=anna&interval=60&distance=50`,
  );
  assert.match(setUp('osmand').code ?? '', /\?lat=\{0\}&lon=\{1\}&timestamp=\{2\}/);
  assert.match(
    setUp('traccar-forward').steps[0] ?? '',
    /<entry key='forward\.url'>https:\/\/herd\.example\.org\/here\/in\/traccar-forward\/ph_\w+<\/entry>/,
  );
  assert.match(profileOf(PHONE), /^log_customurl_url=https:\S+\/in\/gpslogger\/ph_\w{32}$/m);
});

test('whatever a client is called, links say it, and names that Basic authentication cannot have are changed', () => {
  fc.assert(
    fc.property(anyText({ minLength: 1 }), (client) => {
      const { username } = inlineOf(setUp('owntracks', { client }).link, 'inline') as {
        username: string;
      };
      assert.equal(username, client.replaceAll(':', '_'));
      const overland = new URL(setUp('overland', { client }).link ?? '');
      assert.equal(overland.searchParams.get('device_id'), client);
      assert.equal(new URL(setUp('traccar', { client }).code ?? '').searchParams.get('id'), client);
    }),
    { seed: 5 },
  );
});

test('who sets up a phone is told that it will not reach loopback, and that http can be read', () => {
  for (const host of ['127.0.0.1:13645', 'localhost', '[::1]:13645']) {
    assert.match(warningsOf(`http://${host}`).join('\n'), /no phone reaches .* gatewayUrl/, host);
  }
  assert.match(warningsOf('http://192.0.2.1:13645').join('\n'), /take https/);
  assert.deepEqual(warningsOf('https://herd.example.org'), []);
});

test('where there is no token, the set-up says whose phone it is', () => {
  for (const [app] of SET_UPS) {
    const client = 'Anna & Ö';
    const { link, code, steps } = setUp(app, { token: undefined, client });
    const all = [link, code, ...steps].join('\n');
    assert.ok(!all.includes('undefined') && !all.includes('token'), `${app}: ${all}`);
    if (app !== 'traccar-forward') assert.match(all, /Anna(?: & | ?%20%26%20|\+%26\+)(?:Ö|%C3%96)/);
  }
  const { url, auth, password } = inlineOf(
    setUp('owntracks', { token: undefined }).link,
    'inline',
  ) as Record<string, unknown>;
  assert.deepEqual(
    [url, auth, password],
    [`${PHONE.baseUrl}/in/owntracks?id=anna`, false, undefined],
  );
});
