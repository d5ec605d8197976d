/*
 * Who may do what, as plain data: what the access file has, checked. See docs/ACCESS.md.
 */

/** Where a port asks for a token: where it is not on loopback; on every address; on none. */
export type TokenDemand = 'beyond-loopback' | 'always' | 'never';

/** Clients under a name. */
interface GroupRule {
  readonly name: string;
  /** Patterns. @see parsePattern */
  readonly clients: readonly string[];
}

/** What is kept of a token. */
export interface TokenRule {
  /** The only one of this name; for lists and logs. */
  readonly name: string;
  /** @see hashToken */
  readonly hash: string;
  /** Whether it is a share link: reads, until it expires, one client or group. */
  readonly isShare: boolean;
  /** When it was made, in milliseconds since 1970. */
  readonly createdMs: number;
  /** When it is no longer good, in milliseconds since 1970; `undefined`: never. */
  readonly expiresMs: number | undefined;
  /** When it was revoked, in milliseconds since 1970. */
  readonly revokedMs: number | undefined;
  /** As which clients it may report: patterns. */
  readonly report: readonly string[];
  /** Which clients it may read: patterns. */
  readonly read: readonly string[];
  /** Which groups it may read, by their names. */
  readonly groups: readonly string[];
  /** Whether it may operate the herd. */
  readonly operate: boolean;
  /** Whether waypoints of its phone become geofences. */
  readonly waypoints: boolean;
  /** The path of the file that has what its phone encrypts with, from the access file; `undefined` where it does not. */
  readonly passphraseFile: string | undefined;
  /** What that file has; `undefined` as long as it was not read. @see encryptionKeyOf */
  readonly encryptionKey: Uint8Array | undefined;
}

/** All rules that decide on access. */
export interface AccessRules {
  readonly groups: readonly GroupRule[];
  readonly tokens: readonly TokenRule[];
}

/** Who may do what, and where a token is asked for. */
export interface AccessOptions extends AccessRules {
  /** Where the client port asks for a token. */
  readonly clients: TokenDemand;
  /** Where the gateway does. */
  readonly gateway: TokenDemand;
}
