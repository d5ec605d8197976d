import type { TokenRule } from '../../access/rules.ts';

/** What has become of a token. */
export type TokenState = 'good' | 'expired' | 'revoked';

/** @param nowMs in milliseconds since 1970 */
export function stateOf({ revokedMs, expiresMs }: TokenRule, nowMs: number): TokenState {
  if (revokedMs !== undefined) return 'revoked';
  return expiresMs !== undefined && expiresMs <= nowMs ? 'expired' : 'good';
}

/** `report as anna; read ben, group family; operate; put waypoints; encrypt`. */
export function scopesOf(rule: ScopedRule): string {
  const { report, read, groups, operate, waypoints, passphraseFile } = rule;
  const readable = [...read, ...groups.map((name) => `group ${name}`)];
  return [
    report.length > 0 ? `report as ${report.join(', ')}` : '',
    readable.length > 0 ? `read ${readable.join(', ')}` : '',
    operate ? 'operate' : '',
    waypoints ? 'put waypoints' : '',
    passphraseFile === undefined ? '' : 'encrypt',
  ]
    .filter((part) => part !== '')
    .join('; ');
}

/** A time as it is in the file, to the second. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+/, '');
}

export function timeOrNull(ms: number | undefined): string | null {
  return ms === undefined ? null : timeText(ms);
}

/** A value as indented JSON, with a line end. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

type ScopedRule = Pick<
  TokenRule,
  'report' | 'read' | 'groups' | 'operate' | 'waypoints' | 'passphraseFile'
>;
