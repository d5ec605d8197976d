import { CORPUS } from './corpus.ts';
import { fuzz, type FuzzResult, type Target } from './fuzz.ts';
import { MOST_BYTES } from './mutate.ts';
import { StallWatch } from './stall-watch.ts';
import { clientSession } from './targets/client-session.ts';
import { ClientPortTarget } from './targets/client-port.ts';
import { ConfigurationTarget } from './targets/configuration.ts';
import { links } from './targets/links.ts';
import { PeerPortTarget } from './targets/peer-port.ts';

/** A secret of a herd whose neighbours have to prove themselves. */
const SECRET = 'a secret of a herd that is being fuzzed';

/** What can be fuzzed. */
export const TARGETS = {
  'client session': async () => clientSession,
  'client port': () => ClientPortTarget.start(),
  links: async () => links,
  'peer port': () => PeerPortTarget.start(undefined),
  'proven peer port': () => PeerPortTarget.start(SECRET),
  configuration: () => ConfigurationTarget.start(),
} satisfies Record<string, () => Promise<Target & Partial<AsyncDisposable>>>;

export type TargetName = keyof typeof TARGETS;

/** How long to go on, as in `FuzzOptions`. */
interface Extent {
  readonly seed: number;
  readonly cases: number;
  readonly until: number;
  readonly stop: AbortSignal;
}

/**
 * Starts a target, fuzzes it from the corpus on, and ends it.
 *
 * @throws {Finding} the first input that broke a promise
 */
export async function fuzzTarget(name: TargetName, extent: Extent): Promise<FuzzResult> {
  const target: Target & Partial<AsyncDisposable> = await TARGETS[name]();
  await using watch = new StallWatch(target.kind, MOST_BYTES);
  const note = target.lanes === 1 ? watch.note : () => {}; // on sockets every wait has its bound
  try {
    return await fuzz(target, { ...extent, corpus: CORPUS, note });
  } finally {
    await target[Symbol.asyncDispose]?.();
  }
}
