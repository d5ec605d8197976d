import type { ReadonlySignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

import { hasNewLink, navigate, route, setOptions } from '../../route/router.ts';
import { faceOf, followCards, iconOf, nameOf } from '../../state/cards.ts';
import { setMapArea } from '../../state/follow-clients.ts';
import { followGeofences, geofences } from '../../state/geofences.ts';
import { followGroups } from '../../state/groups.ts';
import { clients, onClients } from '../../state/live.ts';
import { mapCentre } from '../../state/map-centre.ts';
import { theme } from '../../state/theme.ts';
import type { Colouring } from './colours.ts';
import { HerdMap } from './herd-map.ts';
import { baseMap, draft, formatView, isFollowing, parseView, type View } from './map-options.ts';
import type { Box } from './label-room.ts';
import { formatPoint } from './near.ts';

/** A map, or why there is none. */
interface MadeMap {
  readonly map: HerdMap | undefined;
  readonly failure: string | undefined;
}

/** Makes the map of the view, and has it show what the herd tells as long as the view is there. */
export function useHerdMap(
  container: RefObject<HTMLDivElement | null>,
  canvas: RefObject<HTMLCanvasElement | null>,
  colouring: ReadonlySignal<Colouring>,
): MadeMap {
  const [map, setMap] = useState<HerdMap>();
  const [failure, setFailure] = useState<string>();
  useEffect(() => {
    if (container.current === null || canvas.current === null) return undefined;
    try {
      const made = new HerdMap({
        container: container.current,
        canvas: canvas.current,
        clients,
        theme: theme.peek(),
        view: parseView(route.peek().options['at']),
        colouring: () => colouring.peek(),
        onSelect: (client) => {
          if (client !== undefined) setOptions({ panel: undefined, point: undefined });
          navigate('map', client);
        },
        onPoint: (point) => {
          navigate('map');
          setOptions({ panel: undefined, point: formatPoint(point) });
        },
        nameOf,
        faceOf,
        iconOf,
        onMove: noteView,
        onArea: setMapArea,
        onDrag: () => {
          isFollowing.value = false;
        },
        covered,
        covers,
        geofences: () => geofences.peek(),
        draft: () => draft.peek(),
        onBaseMap: (state) => {
          baseMap.value = state;
        },
        onDraw: (shape) => {
          const { value } = draft;
          if (value !== undefined) draft.value = { ...value, shape };
        },
      });
      setMap(made);
      void made.base.load();
      const ends = [
        onClients((changed) => made.update(changed)),
        followGeofences(),
        followCards(),
        followGroups(),
      ];
      return () => {
        for (const end of ends) end();
        draft.value = undefined;
        made.remove();
      };
    } catch (error) {
      setFailure(String(error));
      return undefined;
    }
  }, []);
  return { map, failure };
}

function noteView(view: View): void {
  mapCentre.value = view;
  if (hasNewLink()) return; // it says where the map goes next
  setOptions({ at: formatView(view) });
}

/** What a panel covers of the map, in pixels. */
function covered(): { right: number; bottom: number } {
  const panel = document.querySelector('.map > .panel');
  if (panel === null) return { right: 0, bottom: 0 };
  const isSheet = matchMedia('(max-width: 640px)').matches;
  const { clientWidth, clientHeight } = panel;
  return isSheet ? { right: 0, bottom: clientHeight } : { right: clientWidth, bottom: 0 };
}

/** What lies on the map, from its upper left corner; the card of an empty herd is in what lets clicks through. */
function covers(): Box[] {
  const map = document.querySelector('.map');
  if (map === null) return [];
  const { left, top } = map.getBoundingClientRect();
  const above = map.querySelectorAll(':scope > :not(.map-world, .map-overlay, .empty-herd)');
  return Array.from(above, (element) => {
    const box = element.getBoundingClientRect();
    return {
      left: box.left - left,
      top: box.top - top,
      right: box.right - left,
      bottom: box.bottom - top,
    };
  });
}
