/** For tests that need the rule of a token: there is none in this file. */
import type { TokenRule } from './rules.ts';

/** What is kept of a token that may do nothing, was made at time 0, and never expires; `more` says what else it is. */
export function tokenRule(name: string, hash: string, more: Partial<TokenRule> = {}): TokenRule {
  return {
    name,
    hash,
    isShare: false,
    createdMs: 0,
    expiresMs: undefined,
    revokedMs: undefined,
    report: [],
    read: [],
    groups: [],
    operate: false,
    waypoints: false,
    passphraseFile: undefined,
    encryptionKey: undefined,
    ...more,
  };
}
