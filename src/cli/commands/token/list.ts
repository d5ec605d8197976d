import type { TokenRule } from '../../../access/rules.ts';
import { readRules } from '../../access/arguments.ts';
import { jsonText, scopesOf, stateOf, timeOrNull, timeText } from '../../access/describe.ts';
import { print } from '../../output.ts';
import { table } from '../../table.ts';
import type { TokenOptions } from './create.ts';

/** Lists the tokens, without what could be used in their place. */
export async function listTokens(options: TokenOptions): Promise<void> {
  const nowMs = Date.now();
  const { tokens } = await readRules(options.config);
  if (options.json === true) return print(jsonText(tokens.map((rule) => factsOf(rule, nowMs))));
  const rows = tokens.map((rule) => [
    rule.name,
    stateOf(rule, nowMs),
    rule.expiresMs === undefined ? 'never' : timeText(rule.expiresMs),
    `${rule.isShare ? 'share link: ' : ''}${scopesOf(rule)}`,
  ]);
  await print(table([['NAME', 'STATE', 'EXPIRES', 'MAY'], ...rows]));
}

function factsOf(rule: TokenRule, nowMs: number): Record<string, unknown> {
  return {
    name: rule.name,
    state: stateOf(rule, nowMs),
    share: rule.isShare,
    created: timeText(rule.createdMs),
    expires: timeOrNull(rule.expiresMs),
    revoked: timeOrNull(rule.revokedMs),
    report: rule.report,
    read: rule.read,
    groups: rule.groups,
    operate: rule.operate,
    waypoints: rule.waypoints,
    passphraseFile: rule.passphraseFile ?? null,
  };
}
