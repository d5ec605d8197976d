import { useEffect } from 'preact/hooks';
import type { JSX } from 'preact';
import type { Point } from 'proxy-herd/client';

import { Panel } from '../../frame/panel.tsx';
import { setOptions } from '../../route/router.ts';
import { Coordinates } from './coordinates-list.tsx';
import type { HerdMap } from './herd-map.ts';
import { NearClients } from './near-clients.tsx';

interface PointPanelProps {
  readonly point: Point;
  readonly radiusM: number;
  readonly map: HerdMap | undefined;
}

/** What there is to know of a point of the map. */
export function PointPanel({ point, radiusM, map }: PointPanelProps): JSX.Element {
  const close = (): void => setOptions({ point: undefined, near: undefined });
  useEffect(() => map?.reveal(point), [map, point.latitude, point.longitude]);
  return (
    <Panel title="Who is near here" onClose={close}>
      <Coordinates location={point} />
      <NearClients around={point} radiusM={radiusM} map={map} />
    </Panel>
  );
}
