import assert from 'node:assert/strict';
import test from 'node:test';

import fc from 'fast-check';

import { redactTokens } from '../protocol/redact-tokens.ts';
import { redactUrl } from './redact.ts';
import { createTicket } from './ticket.ts';
import { createToken, TOKEN_BYTES } from './token.ts';

fc.configureGlobal({ seed: 41 });

const TOKEN = createToken(Buffer.alloc(TOKEN_BYTES, 0xb7));

test('a URL keeps all but its secrets', () => {
  const cases = [
    [`/in/owntracks/${TOKEN}?u=anna&d=phone`, '/in/owntracks/ph_***?u=anna&d=phone'],
    ['/in/osmand/not-a-token?lat=1&lon=2', '/in/osmand/ph_***?lat=1&lon=2'],
    ['/in/traccar/%70h_0123?id=1', '/in/traccar/ph_***?id=1'],
    [`/share/${TOKEN}`, '/share/ph_***'],
    [`/v1/events?client=anna&token=${TOKEN}&x=1`, '/v1/events?client=anna&token=ph_***&x=1'],
    ['/v1/events?ticket=abc#end', '/v1/events?ticket=ph_***#end'],
    [`https://anna:${TOKEN}@herd.example/v1/clients`, 'https://***@herd.example/v1/clients'],
    [`/v1/clients/${TOKEN}`, '/v1/clients/ph_***'],
    ['/v1/clients/anna?limit=5', '/v1/clients/anna?limit=5'],
    ['/in/', '/in/'],
    ['', ''],
  ];
  for (const [url = '', redacted] of cases) assert.equal(redactUrl(url), redacted);
});

test('no text keeps a token, nor a part of one that is worth something', () => {
  const part = fc.nat({ max: TOKEN.length - 9 }).map((cut) => TOKEN.slice(0, TOKEN.length - cut));
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('/', '?', '=', '&', 'in', 'p', '_', '0', 'z', ' ') }),
      part,
      fc.nat(),
      (url, secret, at) => {
        const place = at % (url.length + 1);
        const text = url.slice(0, place) + secret + url.slice(place);
        for (const redacted of [redactUrl(text), redactTokens(text)]) {
          assert.ok(!redacted.includes(secret), redacted);
        }
      },
    ),
  );
});

test('no text keeps a ticket', () => {
  const ticket = createTicket('0123456789abcdef', 'ab'.repeat(32), 1_700_000_000_000);
  assert.equal(
    redactTokens(`GET /x/${ticket} and ${ticket.slice(0, 20)}`),
    'GET /x/ph_*** and ph_***',
  );
});
