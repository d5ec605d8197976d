import type { AccessOptions, TokenRule } from '#src/access/rules.js';
import { tokenRule } from '#src/access/token-rule.test.js';
import { createToken, hashToken, TOKEN_BYTES } from '#src/access/token.js';
import { randomBytes } from 'node:crypto';

const AN_HOUR_MS = 3_600_000;

/** A token, and what is kept of it. */
export interface TestToken {
  readonly token: string;
  readonly rule: TokenRule;
}

/** A new token that was made an hour ago. */
export function testToken(name: string, more: Partial<TokenRule> = {}): TestToken {
  const token = createToken(randomBytes(TOKEN_BYTES));
  const createdMs = Date.now() - AN_HOUR_MS;
  const rule = tokenRule(name, hashToken(token), { createdMs, ...more });
  return { token, rule };
}

/** The tokens of a matrix: what each of them is to `anna`, whom they are asked for. */
export const TOKENS = {
  /** May do everything with `anna`, who is in `family`, and nothing with others. */
  right: testToken('right', { report: ['anna'], groups: ['family'], operate: true }),
  /** May do the same with `ben` alone, and not operate. */
  narrow: testToken('narrow', { report: ['ben'], read: ['ben'] }),
  /** May only report as `anna`. */
  reporter: testToken('reporter', { report: ['anna'] }),
  /** May only read `anna`. */
  share: testToken('share', { isShare: true, read: ['anna'], expiresMs: Date.now() + AN_HOUR_MS }),
  expired: testToken('expired', {
    report: ['anna'],
    groups: ['family'],
    operate: true,
    expiresMs: Date.now() - 1,
  }),
  revoked: testToken('revoked', {
    report: ['anna'],
    groups: ['family'],
    operate: true,
    revokedMs: Date.now() - 1,
  }),
  /** A token that no server knows. */
  wrong: testToken('wrong'),
} as const;

/** All of these tokens but the wrong one. */
export function accessOptions(demands: Pick<AccessOptions, 'clients' | 'gateway'>): AccessOptions {
  const known = Object.values(TOKENS).filter((each) => each !== TOKENS.wrong);
  return {
    ...demands,
    groups: [{ name: 'family', clients: ['anna', 'kid-*'] }],
    tokens: known.map(({ rule }) => rule),
  };
}
