import type { HookDropReason } from '../../service/hook-counts.ts';
import type { LeftOut } from '../../service/limited-log.ts';
import type { HookFailureCode } from './retry.ts';

/** What hooks log. Neither URLs nor bodies are in it. */
export type HookLogEvent =
  | {
      readonly event: 'hook-failed';
      readonly hook: string;
      readonly code: HookFailureCode | 'status';
      readonly detail: string;
      /** How many attempts have failed in a row. */
      readonly failures: number;
    }
  | {
      readonly event: 'hook-recovered';
      readonly hook: string;
      readonly failures: number;
      readonly seconds: number;
    }
  | {
      readonly event: 'hook-dropped';
      readonly hook: string;
      readonly reason: HookDropReason;
      readonly events: number;
    };

/** Where hooks log. Writing to it never waits. */
export interface HookLog {
  write(event: HookLogEvent | LeftOut): void;
}
