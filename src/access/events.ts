import type { Action, Denial } from './grant.ts';
import type { RefusalCode } from './access.ts';

/** What front ends log of access. No token is in it, only names of tokens. */
export type AccessEvent =
  /** Somebody was let in on a connection that lasts. */
  | {
      readonly event: 'token-accepted';
      readonly connection: number;
      readonly token: string | undefined;
      readonly address: string;
    }
  /** Somebody showed a token that is not good; `connection` is that of the text protocol, where it is one. */
  | {
      readonly event: 'token-refused';
      readonly connection: number | undefined;
      readonly code: RefusalCode;
      readonly token: string | undefined;
      readonly address: string;
    }
  /** Somebody asked for what they may not do; `reason` is `missing` where no token was shown. */
  | {
      readonly event: 'access-denied';
      readonly connection: number | undefined;
      readonly reason: Denial | 'missing';
      readonly action: Action;
      readonly client: string;
      readonly token: string | undefined;
      readonly address: string;
    };
