import type { JSX } from 'preact';

import { formatCount, formatTimeOfDay } from '../../state/format.ts';
import { ReplayIcon } from '../../ui/icons.tsx';
import { slownessOf, type Flood } from './flood.ts';
import { flood, isFollowing, play, reached } from './flood-play.ts';

/** The path of the shown update in words: which server received it from which, and after how long. */
export function FloodCard(): JSX.Element {
  const way = flood.value;
  return (
    <section class="card flood-card" aria-labelledby="flood-title">
      <header>
        <h2 id="flood-title">The way of an update</h2>
        {way !== undefined && (
          <button
            type="button"
            class="button icon-only"
            aria-label="Show it again"
            title="Show it again"
            onClick={() => play(way)}
          >
            <ReplayIcon />
          </button>
        )}
        <button
          type="button"
          class="button"
          aria-pressed={isFollowing.value}
          onClick={() => {
            isFollowing.value = !isFollowing.value;
          }}
        >
          Follow
        </button>
      </header>
      {way === undefined ? (
        <p class="quiet">The next report that a client sends is shown here on its way.</p>
      ) : (
        <Way way={way} />
      )}
    </section>
  );
}

function Way({ way }: { readonly way: Flood }): JSX.Element {
  const { origin, sequence, acceptedMs, hops, isTimed, durationMs } = way;
  const came = hops.filter(({ isNews }) => isNews);
  const again = hops.length - came.length;
  const has = reached.value;
  return (
    <>
      <p class="quiet">
        Update {formatCount(sequence)} of {origin}, {formatTimeOfDay(acceptedMs)}.{' '}
        {isTimed
          ? `It took ${formatMs(durationMs)}, and is shown ×${formatCount(slownessOf(way))} slower.`
          : 'The clocks of the servers differ: the order is certain, the times are not known.'}
        {again > 0 && ` ${formatCount(again)} came for the second time.`}
      </p>
      <ol class="flood-steps">
        <li class="reached">
          <b>{origin}</b> <span class="quiet">accepted it</span>
        </li>
        {came.map(({ from, to, endMs }) => (
          <li key={to} class={has?.has(to) === true ? 'reached' : ''}>
            <b>{to}</b>{' '}
            <span class="quiet">
              from {from}
              {isTimed && ` · ${formatMs(endMs)}`}
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}

function formatMs(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 10_000 ? `${formatCount(ms)} ms` : `${formatCount(ms / 1000)} s`;
}
