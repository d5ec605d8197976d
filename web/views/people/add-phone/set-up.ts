import { request } from '../../../state/request.ts';
import { hasList, isObject } from '../../../state/shape.ts';

/** How a phone is set up, as a server says. */
export interface SetUp {
  readonly app: string;
  readonly client: string;
  /** Where it reaches a gateway. */
  readonly url: string;
  /** Opens the app, which takes its settings from it. */
  readonly link?: string;
  /** What to scan. */
  readonly code?: { readonly text: string; readonly svg: string };
  readonly steps: readonly string[];
  /** Why the phone may not reach the gateway, or should not. */
  readonly warnings: readonly string[];
  /** Where phones in the same network may reach this machine. */
  readonly addresses: readonly string[];
}

/** What to set up: a client, or the token of one where the herd has tokens. */
export type PhoneToSetUp = { readonly app: string } & (
  | { readonly client: string }
  | { readonly token: string }
);

/** Asks how a phone is set up. @throws {HerdError} */
export function askSetUp(phone: PhoneToSetUp): Promise<SetUp> {
  return request('POST', '/v1/phones/set-up', isSetUp, { body: phone });
}

function isSetUp(value: unknown): value is SetUp {
  return (
    isObject(value) &&
    typeof value['client'] === 'string' &&
    typeof value['url'] === 'string' &&
    ['steps', 'warnings', 'addresses'].every((name) => hasList(value, name))
  );
}
