import { coversClient, parsePattern, type ClientPattern } from './client-pattern.ts';
import type { TokenRule } from './rules.ts';
import { tokenId } from './token.ts';

/** What can be asked for: to report as a client, to read a client's location, to operate the herd. */
export type Action = 'report' | 'read' | 'operate';

/** Why an action is denied. */
export type Denial =
  | 'expired' // the token's time is over
  | 'revoked' // the token was revoked, or is no longer in the file
  | 'action-not-granted' // the token is for other actions
  | 'client-not-covered'; // the token is for this action, but for other clients

export type Decision = 'allowed' | Denial;

/** What somebody may do. */
export interface Grant {
  /** The name of the token; `undefined` where none was asked for. */
  readonly token: string | undefined;
  /** @see tokenId */
  readonly id: string | undefined;
  readonly isShare: boolean;
  /** When it ends, in milliseconds since 1970; `undefined`: never. */
  readonly expiresMs: number | undefined;
  readonly isRevoked: boolean;
  /** The clients that it may report as. */
  readonly report: readonly ClientPattern[];
  /** Whom it may read; the members of its groups among them. */
  readonly read: readonly ClientPattern[];
  /** The names of the groups that it may read. */
  readonly groups: readonly string[];
  readonly operate: boolean;
  /** Whether waypoints of its phone become geofences. */
  readonly putsWaypoints: boolean;
  /** What its phone encrypts with, 32 bytes; `undefined` where it does not. */
  readonly encryptionKey: Uint8Array | undefined;
}

const EVERY_CLIENT: readonly ClientPattern[] = [{ text: '*', client: undefined, pieces: ['', ''] }];

/** What everybody may where no token is asked for. */
export const OPEN_GRANT: Grant = {
  token: undefined,
  id: undefined,
  isShare: false,
  expiresMs: undefined,
  isRevoked: false,
  report: EVERY_CLIENT,
  read: EVERY_CLIENT,
  groups: [],
  operate: true,
  putsWaypoints: true,
  encryptionKey: undefined,
};

/**
 * What the holder of a token may do.
 *
 * @param groups the clients of each group
 */
export function grantOf(
  rule: TokenRule,
  groups: ReadonlyMap<string, readonly ClientPattern[]>,
): Grant {
  const members = rule.groups.flatMap((name) => groups.get(name) ?? []);
  return {
    token: rule.name,
    id: tokenId(rule.hash),
    isShare: rule.isShare,
    expiresMs: rule.expiresMs,
    isRevoked: rule.revokedMs !== undefined,
    report: parseAll(rule.report),
    read: [...parseAll(rule.read), ...members],
    groups: rule.groups,
    operate: rule.operate,
    putsWaypoints: rule.waypoints,
    encryptionKey: rule.encryptionKey,
  };
}

/** The patterns of texts that were checked before. */
export function parseAll(texts: readonly string[]): readonly ClientPattern[] {
  return texts.flatMap((text) => parsePattern(text) ?? []);
}

/**
 * Decides whether somebody may do something.
 *
 * @param client the client in question, one character per byte; ignored for `operate`
 * @param nowMs in milliseconds since 1970
 */
export function decide(grant: Grant, action: Action, client: string, nowMs: number): Decision {
  if (grant.isRevoked) return 'revoked';
  if (isExpired(grant, nowMs)) return 'expired';
  if (action === 'operate') return grant.operate ? 'allowed' : 'action-not-granted';
  const patterns = grant[action];
  if (patterns.length === 0) return 'action-not-granted';
  return patterns.some((pattern) => coversClient(pattern, client))
    ? 'allowed'
    : 'client-not-covered';
}

/** Whether a grant has come to its end. */
export function isExpired({ expiresMs }: Grant, nowMs: number): boolean {
  return expiresMs !== undefined && nowMs >= expiresMs;
}

/**
 * The one client that a grant may report as, of one character a byte: a phone's token says by itself whose the
 * phone is. `undefined` where there may be several.
 */
export function ownClient({ report }: Grant): string | undefined {
  return report.length === 1 ? report[0]?.client : undefined;
}
