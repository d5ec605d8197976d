import type { JSX } from 'preact';
import type { HerdStatus } from 'proxy-herd/client';

import { formatCount, formatNumberOf } from '../../state/format.ts';
import { behindIn } from './behind.ts';

/** The lag of each server behind each origin: a cell is empty if nothing is missing. */
export function BehindTable({ status }: { readonly status: HerdStatus }): JSX.Element {
  const { origins, rows } = behindIn(status);
  const isLevel = rows.every(({ cells }) => cells.every((cell) => (cell ?? 0) === 0));
  return (
    <section class="card behind" aria-labelledby="behind-title">
      <header>
        <h2 id="behind-title">Who is behind whom</h2>
        <p class="quiet">{isLevel ? 'all level' : 'reports missing'}</p>
      </header>
      <div class="behind-frame" role="region" aria-label="Reports missing" tabIndex={0}>
        <table class="behind-table">
          <thead>
            <tr>
              <td />
              {origins.map((origin) => (
                <th key={origin} scope="col">
                  <span>{origin}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ server, isKnown, cells }) => (
              <tr key={server} class={isKnown ? '' : 'gone'}>
                <th scope="row">{server}</th>
                {cells.map((cell, index) => (
                  <Cell key={origins[index]} cell={cell} isKnown={isKnown} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface CellProps {
  readonly cell: number | undefined;
  readonly isKnown: boolean;
}

function Cell({ cell, isKnown }: CellProps): JSX.Element {
  if (cell === undefined) {
    return (
      <td class="own">
        <span class="hidden-visually">itself</span>
      </td>
    );
  }
  if (!isKnown) return <td class="unknown">?</td>;
  if (cell === 0) {
    return (
      <td>
        <span class="hidden-visually">level</span>
      </td>
    );
  }
  return (
    <td class="behind-by" title={`${formatNumberOf(cell, 'report')} missing`}>
      {formatCount(cell)}
    </td>
  );
}
