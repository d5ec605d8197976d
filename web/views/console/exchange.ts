/** What came of what was sent. */
export type Outcome =
  | { readonly kind: 'answered'; readonly bytes: Uint8Array; readonly tookMs: number }
  /** Why there is no answer, in words. */
  | { readonly kind: 'failed'; readonly reason: string };

/** What was sent, and what came. */
export interface Exchange {
  readonly id: number;
  readonly server: string;
  /** When it was sent, in milliseconds since 1970. */
  readonly atMs: number;
  readonly sent: Uint8Array;
  readonly state: { readonly kind: 'waiting' } | Outcome;
}
