import type { Freshness } from '../options.ts';
import type { PlacesPage } from '../provider.ts';

/** How a page may be used: without limit; until a fresh one arrives; only if the upstream fails; not at all. */
export type Age = 'fresh' | 'stale' | 'spare' | 'spent';

/** How long a page is fresh, in milliseconds. */
export function freshForMs({ status }: PlacesPage, { ttlMs, zeroTtlMs }: Freshness): number {
  return status === 'ZERO_RESULTS' ? Math.min(zeroTtlMs, ttlMs) : ttlMs;
}

/** A page that is from the future, since the clock was set back, is spent: its age is not known. */
export function ageOf(
  { page, fetchedMs }: { readonly page: PlacesPage; readonly fetchedMs: number },
  freshness: Freshness,
  nowMs: number,
): Age {
  const { staleWhileRevalidateMs, staleIfErrorMs } = freshness;
  const age = nowMs - fetchedMs;
  const fresh = freshForMs(page, freshness);
  if (age < 0) return 'spent';
  if (age <= fresh) return 'fresh';
  if (age <= fresh + staleWhileRevalidateMs) return 'stale';
  return age <= fresh + staleIfErrorMs ? 'spare' : 'spent';
}
