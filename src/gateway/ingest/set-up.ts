import { isLoopback } from '../../transport/address.ts';

/** A phone that is to report, and how it reaches the herd. */
export interface PhoneToSetUp {
  /** Where it reaches a gateway, without a slash at the end. */
  readonly baseUrl: string;
  /** What it shows; `undefined` where the herd has no tokens. */
  readonly token: string | undefined;
  /** What it encrypts with; `undefined` where it does not, or nobody here knows. */
  readonly passphrase: string | undefined;
  /** Whom it reports as: a client's ID, or a pattern where the token is for several. */
  readonly client: string;
}

/** How an app is set up for a phone. The token, where there is one, is in all of it. */
export interface SetUp {
  /** Opens the app, which takes its settings from it; `undefined` where it takes none from a link. */
  readonly link: string | undefined;
  /** What to scan; `undefined` where there is nothing that a phone could scan. */
  readonly code: string | undefined;
  /** What to do, in this order, in words. */
  readonly steps: readonly string[];
}

/** The URL that an app of this name reports to, with the token in the path where there is one. */
export function reportUrl({ baseUrl, token }: PhoneToSetUp, app: string): string {
  return token === undefined ? `${baseUrl}/in/${app}` : `${baseUrl}/in/${app}/${token}`;
}

/** What is behind the URL that an app reports to: whose phone it is, where no token says it. */
export function idQuery({ token, client }: PhoneToSetUp): string {
  return token === undefined ? `?id=${encodeURIComponent(client)}` : '';
}

/** A value as base64 of its JSON, percent-encoded: it stands in a query, where `+` could be read as a space. */
export function inQuery(value: unknown): string {
  return encodeURIComponent(Buffer.from(JSON.stringify(value), 'utf8').toString('base64'));
}

/** Why a phone may not reach a gateway at this URL, or should not; without faults there is none. */
export function warningsOf(baseUrl: string): string[] {
  const { protocol, hostname } = new URL(baseUrl);
  if (isLoopback(hostname.replace(/^\[|\]$/g, ''))) {
    return [
      `no phone reaches ${baseUrl}, which is this machine alone: put where phones reach it into herd.yaml as gatewayUrl`,
    ];
  }
  if (protocol === 'https:') return [];
  return [
    `over ${baseUrl} anybody on the way can read the token and where the phone is: take https`,
  ];
}
