/** What is wanted of a demo: to know how it does, to start it, to stop it. */
export type DemoWish = 'look' | 'start' | 'stop';

/** Why a demo ended: it was asked to, a client reported that is none of it, or its time was over. */
export type DemoEnd = 'request' | 'report' | 'time';

/** How the demo of a herd does. Times are in milliseconds since 1970. */
export type DemoStatus =
  /** This herd has none: why, and what could be done. */
  | { readonly state: 'unavailable'; readonly detail: string }
  | {
      readonly state: 'stopped';
      /** Whether the herd is there for the demo alone. */
      readonly isDemoHerd: boolean;
      /** Why the last one ended; `undefined`: there was none since the herd was started. */
      readonly endedBy: DemoEnd | undefined;
    }
  | {
      readonly state: 'running';
      readonly isDemoHerd: boolean;
      readonly clients: number;
      readonly startedMs: number;
      /** When it will stop by itself; `undefined`: never. */
      readonly endsMs: number | undefined;
    };

/** Why a wish was not granted. */
type DemoRefusal = 'demo-unavailable' | 'herd-in-use' | 'demo-failed';

/** What came of a wish. */
export type DemoAnswer =
  | { readonly status: DemoStatus }
  | { readonly refusal: DemoRefusal; readonly detail: string };

/** Whoever can run a demo for the whole herd. */
export interface DemoPort {
  readonly ask: (wish: DemoWish) => Promise<DemoAnswer>;
}
