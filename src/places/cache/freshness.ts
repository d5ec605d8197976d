import type { Freshness } from '../options.ts';
import type { PlacesPage } from '../provider.ts';

/** What a page is still good for: everything; until there is a fresh one; for want of a better one; nothing. */
export type Age = 'fresh' | 'stale' | 'spare' | 'spent';

/** A page that is from the future, since the clock was set back, is spent: its age is not known. */
export function ageOf(
  { page, fetchedMs }: { readonly page: PlacesPage; readonly fetchedMs: number },
  { ttlMs, zeroTtlMs, staleWhileRevalidateMs, staleIfErrorMs }: Freshness,
  nowMs: number,
): Age {
  const age = nowMs - fetchedMs;
  const fresh = page.status === 'ZERO_RESULTS' ? Math.min(zeroTtlMs, ttlMs) : ttlMs;
  if (age < 0) return 'spent';
  if (age <= fresh) return 'fresh';
  if (age <= fresh + staleWhileRevalidateMs) return 'stale';
  return age <= fresh + staleIfErrorMs ? 'spare' : 'spent';
}
