import type { JSX } from 'preact';

import { Panel } from '../../frame/panel.tsx';
import { navigate, route, setOptions } from '../../route/router.ts';
import { nameOf } from '../../state/cards.ts';
import type { ClientState } from '../../state/client-table.ts';
import { nowMs } from '../../state/clock.ts';
import {
  formatAgo,
  formatCourse,
  formatDistance,
  formatSpeed,
  formatTime,
} from '../../state/format.ts';
import { clients, clientsVersion, hasSelected } from '../../state/live.ts';
import { motionOf } from '../../state/motion.ts';
import { shownText } from '../../state/shown-text.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Notice } from '../../ui/notice.tsx';
import { isStale } from './colours.ts';
import { Coordinates } from './coordinates-list.tsx';
import type { HerdMap } from './herd-map.ts';
import { isFollowing } from './map-options.ts';
import { parseAround } from './near.ts';
import { NearClients } from './near-clients.tsx';
import { PlacesNear } from './places-near.tsx';
import './client-panel.css';

interface ClientPanelProps {
  readonly client: string;
  readonly map: HerdMap | undefined;
}

/** What there is to know of the selected client. */
export function ClientPanel({ client, map }: ClientPanelProps): JSX.Element {
  void clientsVersion.value; // drawn anew when the clients change
  const state = clients.get(client);
  return (
    <Panel
      title={nameOf(client)}
      onClose={() => {
        setOptions({ near: undefined });
        navigate('map');
      }}
    >
      {state === undefined ? <Unknown /> : <Known key={client} state={state} map={map} />}
    </Panel>
  );
}

function Unknown(): JSX.Element {
  if (!hasSelected.value) return <p class="quiet">Asking the herd …</p>;
  return (
    <Notice title="Not known here">
      <p>
        No server of the herd has a location of this client that you may see. It appears here as
        soon as it reports.
      </p>
    </Notice>
  );
}

interface KnownProps {
  readonly state: ClientState;
  readonly map: HerdMap | undefined;
}

function Known({ state, map }: KnownProps): JSX.Element {
  const { location, fixMs } = state;
  const near = parseAround(location.client, route.value.options);
  const ageS = (nowMs.value - fixMs) / 1000;
  const { accuracyM, altitudeM, speedMps, courseDeg, batteryPercent, charging, geofences } =
    location;
  const { client } = location;
  const rows: (readonly [string, string | undefined])[] = [
    ['ID', nameOf(client) === shownText(client) ? undefined : shownText(client)],
    ['accuracy', accuracyM === undefined ? undefined : `±${formatDistance(accuracyM)}`],
    ['speed', speedMps === undefined ? undefined : formatSpeed(speedMps)],
    ['course', courseDeg === undefined ? undefined : formatCourse(courseDeg)],
    ['altitude', altitudeM === undefined ? undefined : formatDistance(altitudeM)],
    ['battery', batteryPercent === undefined ? undefined : formatBattery(batteryPercent, charging)],
    ['inside', geofences?.join(', ')],
    ['heard by', location.server],
  ];
  return (
    <>
      <div class="client-head">
        <Avatar client={client} />
        <p class="client-state" title={formatTime(fixMs)}>
          <span class={isStale(ageS) ? 'dot warn' : 'dot good'} />
          {isStale(ageS) ? 'stale' : motionOf(speedMps)} · {formatAgo(ageS)}
        </p>
      </div>
      <Coordinates location={location} />
      <dl class="facts">
        {rows.map(([name, value]) =>
          value === undefined ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <bdi>{value}</bdi>
              </dd>
            </div>
          ),
        )}
      </dl>
      <div class="client-actions">
        <button
          type="button"
          class="button"
          aria-pressed={isFollowing.value}
          onClick={() => {
            isFollowing.value = !isFollowing.value;
          }}
        >
          {isFollowing.value ? 'Following' : 'Follow'}
        </button>
        <button
          type="button"
          class="button"
          aria-pressed={near !== undefined}
          onClick={() => setOptions({ near: near === undefined ? '5000' : undefined })}
        >
          Who is near
        </button>
      </div>
      {near !== undefined && <NearClients {...near} map={map} />}
      <PlacesNear client={client} />
    </>
  );
}

function formatBattery(percent: number, charging: boolean | undefined): string {
  return `${Math.round(percent)}%${charging === true ? ', charging' : ''}`;
}
