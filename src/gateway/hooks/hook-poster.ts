import type { HookOptions } from './options.ts';
import type { AttemptOutcome } from './retry.ts';

/** A request of a hook. */
export interface HookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** How long it may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Ends it since the server stops. */
  readonly stop: AbortSignal;
}

/** How it posts. */
export type PosterOptions = Pick<HookOptions, 'allowPrivate' | 'followRedirects'>;

/** What requests are posted with. */
export interface HookPoster {
  /** Posts, one at a time; whatever comes of it is an outcome, and nothing is thrown. */
  post(request: HookRequest): Promise<AttemptOutcome>;
  /** Ends its connections, once what is under way is done. */
  close(): Promise<void>;
}
