import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { Access, type Authentication } from './access.ts';
import { OPEN_GRANT, type Grant } from './grant.ts';
import type { AccessOptions, TokenDemand, TokenRule } from './rules.ts';
import { createTicket } from './ticket.ts';
import { tokenRule } from './token-rule.test.ts';
import { createToken, hashToken, TOKEN_BYTES } from './token.ts';

const ADDRESS = '192.0.2.1';
const tokenOf = (byte: number): string => createToken(Buffer.alloc(TOKEN_BYTES, byte));
const TOKEN = tokenOf(1);

const rule = (name: string, token: string, more: Partial<TokenRule> = {}): TokenRule =>
  tokenRule(name, hashToken(token), { report: ['anna'], ...more });

const RULES: AccessOptions = {
  clients: 'beyond-loopback',
  gateway: 'beyond-loopback',
  groups: [{ name: 'family', clients: ['anna', 'kid-*'] }],
  tokens: [
    rule('anna-phone', TOKEN),
    rule('old', tokenOf(2), { expiresMs: 100 }),
    rule('lost', tokenOf(3), { revokedMs: 5 }),
    rule('wall', tokenOf(4), { report: [], groups: ['family'] }),
  ],
};

const show = (access: Access, urlToken: string, nowMs = 50, address = ADDRESS): Authentication =>
  access.authenticate({ urlToken, address, nowMs });

function granted(authentication: Authentication): Grant {
  assert.ok(authentication.isGranted);
  return authentication.grant;
}

/** A refusal's code, and the name of the token. */
function refused(authentication: Authentication): string {
  assert.ok(!authentication.isGranted);
  return `${authentication.code} ${authentication.token ?? '-'}`;
}

describe('credentials', () => {
  const access = new Access(RULES);

  test('of a good token are granted', () => {
    assert.equal(granted(show(access, TOKEN)).token, 'anna-phone');
    const authorization = `Bearer ${TOKEN}`;
    const bearer = access.authenticate({ authorization, address: ADDRESS, nowMs: 0 });
    assert.equal(granted(bearer).token, 'anna-phone');
  });

  test('of any other kind are refused with a code', () => {
    assert.equal(refused(access.authenticate({ address: ADDRESS, nowMs: 0 })), 'missing -');
    const digest = { authorization: 'Digest x', address: ADDRESS, nowMs: 0 };
    assert.equal(refused(access.authenticate(digest)), 'malformed -');
    assert.equal(refused(show(access, tokenOf(9))), 'unknown -');
    assert.equal(refused(show(access, TOKEN.slice(0, -1))), 'unknown -');
    assert.equal(refused(show(access, hashToken(TOKEN))), 'unknown -', 'a hash is no token');
    assert.equal(refused(show(access, '')), 'unknown -');
    assert.equal(refused(show(access, tokenOf(2), 100)), 'expired old');
    assert.equal(refused(show(access, tokenOf(3))), 'revoked lost');
    assert.ok(show(access, tokenOf(2), 99).isGranted);
  });

  test('have nothing of the token in what becomes of them', () => {
    const shown = [TOKEN, tokenOf(2), tokenOf(3), tokenOf(9)];
    for (const token of shown) {
      const text = JSON.stringify(show(access, token, 1000));
      assert.ok(!text.includes(token) && !text.includes(token.slice(3)), text);
    }
  });
});

describe('wrong tokens of one address', () => {
  test('are answered one by one up to a limit, and right ones always', () => {
    const access = new Access(RULES);
    const codes = Array.from({ length: 25 }, () => refused(show(access, tokenOf(9), 0)));
    assert.deepEqual(codes, [
      ...Array<string>(20).fill('unknown -'),
      ...Array<string>(5).fill('rate-limited -'),
    ]);
    assert.equal(granted(show(access, TOKEN, 0)).token, 'anna-phone');
    assert.equal(refused(show(access, tokenOf(9), 0, '192.0.2.2')), 'unknown -');
    const limited = show(access, tokenOf(9), 0);
    assert.ok(!limited.isGranted && limited.retryAfterMs > 0);
    assert.equal(refused(show(access, tokenOf(9), limited.retryAfterMs + 1)), 'unknown -');
  });

  test('do not count where they have expired or were revoked', () => {
    const access = new Access(RULES);
    for (let i = 0; i < 100; i++) {
      show(access, tokenOf(2), 1000);
      show(access, tokenOf(3), 1000);
    }
    assert.equal(refused(show(access, tokenOf(9), 1000)), 'unknown -');
  });
});

describe('who was let in', () => {
  test('may do what the rules of now say', () => {
    const access = new Access(RULES);
    const phone = granted(show(access, TOKEN));
    const wall = granted(show(access, tokenOf(4)));
    assert.equal(access.may(phone, 'report', 'anna', 50), 'allowed');
    assert.equal(access.may(wall, 'read', 'kid-1', 50), 'allowed');

    const lost = rule('anna-phone', TOKEN, { revokedMs: 60 });
    access.replace({ ...RULES, groups: [{ name: 'family', clients: ['anna'] }], tokens: [lost] });
    assert.equal(access.may(phone, 'report', 'anna', 70), 'revoked');
    assert.equal(access.may(wall, 'read', 'kid-1', 70), 'revoked', 'its token has gone');
    assert.equal(refused(show(access, TOKEN)), 'revoked anna-phone');
  });

  test('has not what another token of the same name has', () => {
    const access = new Access(RULES);
    const phone = granted(show(access, TOKEN));
    access.replace({ ...RULES, tokens: [rule('anna-phone', tokenOf(7), { operate: true })] });
    assert.equal(access.may(phone, 'operate', '', 50), 'revoked');
  });

  test('without a token, where none is asked for, may do everything', () => {
    assert.equal(new Access(RULES).may(OPEN_GRANT, 'operate', '', 50), 'allowed');
  });
});

test('a group has its clients', () => {
  const access = new Access(RULES);
  assert.deepEqual(
    access.group('family')?.map(({ text }) => text),
    ['anna', 'kid-*'],
  );
  assert.equal(access.group('strangers'), undefined);
});

test('a port asks for a token by where it listens', () => {
  const asked = (demand: TokenDemand): boolean[] => {
    const access = new Access({ ...RULES, clients: demand });
    return [true, false].map((isLoopback) => access.isTokenDemanded('clients', isLoopback));
  };
  assert.deepEqual(asked('beyond-loopback'), [false, true]);
  assert.deepEqual(asked('always'), [true, true]);
  assert.deepEqual(asked('never'), [false, false]);
  const changed = new Access(RULES);
  changed.replace({ ...RULES, gateway: 'always' });
  assert.ok(changed.isTokenDemanded('gateway', true) && !changed.isTokenDemanded('clients', true));
});

describe('a ticket', () => {
  const access = new Access(RULES);
  const grant = granted(show(access, TOKEN));
  const ticket = access.ticket(grant, 50) ?? '';

  test('stands for its token, for a minute, at every server', () => {
    assert.equal(granted(show(access, ticket, 60_049)).token, 'anna-phone');
    assert.equal(granted(show(new Access(RULES), ticket)).token, 'anna-phone');
    assert.equal(refused(show(access, ticket, 60_050)), 'expired anna-phone');
    assert.ok(!ticket.includes(TOKEN) && !ticket.includes(hashToken(TOKEN)));
  });

  test('that was changed is unknown', () => {
    for (const at of [4, ticket.length - 1, ticket.indexOf('_', 4) + 1]) {
      const digit = ticket[at] === '0' ? '1' : '0';
      const changed = ticket.slice(0, at) + digit + ticket.slice(at + 1);
      assert.equal(refused(show(access, changed)), 'unknown -', changed);
    }
  });

  test('is over as soon as its token is, and cannot be made to last', () => {
    const revoked = RULES.tokens.map((each) => ({ ...each, revokedMs: 1 }));
    assert.equal(
      refused(show(new Access({ ...RULES, tokens: revoked }), ticket)),
      'revoked anna-phone',
    );
    assert.equal(refused(show(new Access({ ...RULES, tokens: [] }), ticket)), 'unknown -');
    const long = createTicket(grant.id ?? '', hashToken(TOKEN), 1_000_000);
    assert.equal(refused(show(access, long)), 'expired anna-phone');
  });

  test('is not given to who showed no token', () => {
    assert.equal(access.ticket(OPEN_GRANT, 50), undefined);
  });
});
