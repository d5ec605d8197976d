import { computed, signal } from '@preact/signals';

import { details, rounds } from './details-state.ts';
import {
  dotsAt,
  floodOf,
  floodsIn,
  hopsEndedAt,
  newestWhole,
  reachedAfter,
  slownessOf,
  type Flood,
} from './flood.ts';

/** Between two ways that are followed, in milliseconds. */
const REST_MS = 2500;

const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');

/** The ways of the last records, the newest first, as of the last time that all servers were asked. */
let floods: readonly Flood[] = [];
/** The keys of those of the time before. */
let seen: ReadonlySet<string> = new Set();

interface Playing {
  readonly flood: Flood;
  /** How long after it was accepted it is shown, in milliseconds; infinite: all of it. */
  readonly ms: number;
}

const playing = signal<Playing | undefined>(undefined);

/** Whether the next way is shown by itself as soon as there is one. */
export const isFollowing = signal(true);

/** The way that is shown; `undefined`: none yet. */
export const flood = computed(() => playing.value?.flood);

/** The dots that are under way now. */
export const dots = computed(() => {
  const now = playing.value;
  return now === undefined ? [] : dotsAt(now.flood, now.ms);
});

const hopsEnded = computed(() => {
  const now = playing.value;
  return now === undefined ? 0 : hopsEndedAt(now.flood, now.ms);
});

/** The servers that have the record by now. */
export const reached = computed(() => {
  const [way, count] = [flood.value, hopsEnded.value];
  return way === undefined ? undefined : reachedAfter(way, count);
});

/** Whether nothing is under way: then the whole way is shown. */
export const isWhole = computed(() => (playing.value?.ms ?? Infinity) === Infinity);

let frame = 0;
let endedMs = 0;

/** Shows the newest way of a server's records, or of any. */
export function playNewest(origin: string | undefined): void {
  const found = newestWhole(floods, seen, origin);
  if (found !== undefined) play(found);
}

/** Shows a way, slowed down. Where nothing is to move it is shown whole. */
export function play(way: Flood): void {
  cancelAnimationFrame(frame);
  if (reducedMotion.matches) {
    playing.value = { flood: way, ms: Infinity };
    return;
  }
  const slowness = slownessOf(way);
  const beganMs = performance.now();
  const step = (): void => {
    const ms = (performance.now() - beganMs) / slowness;
    const isOver = ms >= way.durationMs;
    playing.value = { flood: way, ms: isOver ? Infinity : ms };
    if (isOver) endedMs = performance.now();
    else frame = requestAnimationFrame(step);
  };
  step();
}

/**
 * Shows the ways of what comes, as long as that is wanted, until what is returned is called.
 *
 * @param origin whose records are wanted; `undefined`: any
 * @param accepted when its record was accepted that is to be shown, and to stay, in milliseconds since 1970
 */
export function followFloods(
  origin: () => string | undefined,
  accepted: () => number | undefined,
): () => void {
  let shownFor: number | undefined;
  const end = rounds.subscribe(() => {
    seen = new Set(floods.map(({ key }) => key));
    floods = floodsIn([...details.peek().values()].map(({ now }) => now.details));
    const [from, at] = [origin(), accepted()];
    const known = floods.filter(({ key }) => seen.has(key)); // it has come to all by now
    const wanted = from === undefined || at === undefined ? undefined : floodOf(known, from, at);
    if (wanted !== undefined && at !== shownFor) {
      shownFor = at;
      isFollowing.value = false;
      play(wanted);
      return;
    }
    const rests = isWhole.peek() && performance.now() - endedMs > REST_MS;
    if (!rests || (flood.peek() !== undefined && !isFollowing.peek())) return;
    const next = newestWhole(floods, seen, origin());
    if (next !== undefined && next.key !== flood.peek()?.key) play(next);
  });
  return () => {
    end();
    cancelAnimationFrame(frame);
    playing.value = undefined;
  };
}
