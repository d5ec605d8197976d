/** What a single call may differ in. */
export interface CallOptions {
  /** Breaks it off: it then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Within which it is answered, or fails, in milliseconds, in place of that of the herd. */
  readonly deadlineMs?: number | undefined;
}

/** How long something may take, and what else ends it. */
export interface CallLimits {
  readonly deadlineMs: number;
  readonly signals: readonly AbortSignal[];
}
