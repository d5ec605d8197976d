import { useEffect } from 'preact/hooks';
import type { JSX } from 'preact';
import type { HerdStatus } from 'proxy-herd/client';

import { route } from '../../route/router.ts';
import { formatNumberOf } from '../../state/format.ts';
import { linksOf, type HerdLink } from '../../state/herd-links.ts';
import { herd, herdLog, herdState } from '../../state/herd.ts';
import { Notice } from '../../ui/notice.tsx';
import { BehindTable } from './behind-table.tsx';
import { followDetails } from './details-state.ts';
import { FloodCard } from './flood-card.tsx';
import { followFloods, playNewest } from './flood-play.ts';
import { Graph } from './graph.tsx';
import { HerdLog } from './herd-log.tsx';
import { followHistory } from './history-state.ts';
import { ServerPanel } from './server-panel.tsx';
import { ServerRows } from './server-rows.tsx';
import './herd-view.css';

/** A picture of more servers than this shows nothing: they are a table. */
const MAX_IN_PICTURE = 16;

/** The servers of the herd and the links between them, and how each of them does. */
export function HerdView(): JSX.Element {
  if (herdState.value.kind === 'forbidden') {
    return (
      <div class="page">
        <Notice title="This token is not for the servers">
          <p>To see the herd's servers, sign in with a token that has the scope operate.</p>
        </Notice>
      </div>
    );
  }
  const status = herd.value;
  if (status === undefined) {
    return (
      <div class="page">
        <h1>Herd</h1>
      </div>
    );
  }
  return <KnownHerd status={status} />;
}

function KnownHerd({ status }: { readonly status: HerdStatus }): JSX.Element {
  useEffect(() => followDetails(() => route.peek().item), []);
  useEffect(() => followHistory(onlyOne), []);
  useEffect(() => followFloods(() => route.peek().item, acceptedReport), []);
  useEffect(() => playNewest(route.value.item), [route.value.item]);
  const links = linksOf(status);
  const servers = [...status.servers].sort((a, b) => (a.server < b.server ? -1 : 1));
  const selected = servers.find(({ server }) => server === route.value.item);
  const sorted = { ...status, servers };
  const isPicture = servers.length <= MAX_IN_PICTURE;
  return (
    <>
      <div class="page herd">
        <header class="herd-head">
          <h1>
            <bdi>{status.herd}</bdi>
          </h1>
          <Summary status={sorted} links={links} />
        </header>
        <div class={isPicture ? 'herd-body' : 'herd-body many'}>
          {isPicture && (
            <div class="herd-picture">
              <section class="card herd-graph" aria-label="Picture of the herd">
                <Graph servers={servers} links={links} selected={selected?.server} />
              </section>
              <FloodCard />
            </div>
          )}
          <div class="herd-numbers">
            <ServerRows servers={servers} selected={selected?.server} hasCharts={isPicture} />
            {isPicture && <BehindTable status={sorted} />}
            <HerdLog log={herdLog.value} />
          </div>
        </div>
      </div>
      {selected !== undefined && <ServerPanel server={selected} status={sorted} links={links} />}
    </>
  );
}

/** When the report was accepted that the URL asks to be shown, in milliseconds since 1970. */
function acceptedReport(): number | undefined {
  const text = route.peek().options['report'];
  return text === undefined ? undefined : Number(text);
}

/** Of a herd that is no picture the history of the selected server alone is shown; of none, that of no server. */
function onlyOne(): string | undefined {
  const servers = herd.peek()?.servers ?? [];
  return servers.length <= MAX_IN_PICTURE ? undefined : (route.peek().item ?? '');
}

interface SummaryProps {
  readonly status: HerdStatus;
  readonly links: readonly HerdLink[];
}

function Summary({ status: { servers }, links }: SummaryProps): JSX.Element {
  const reachable = servers.filter((server) => server.state === 'reachable').length;
  const up = links.filter((link) => link.state === 'up' || link.state === 'lagging').length;
  return (
    <p class="herd-summary">
      {reachable} of {formatNumberOf(servers.length, 'server')} reachable, {up} of{' '}
      {formatNumberOf(links.length, 'link')} up
    </p>
  );
}
