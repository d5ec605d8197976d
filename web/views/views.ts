import type { ComponentType } from 'preact';

import type { ViewName } from '../route/route.ts';
import { ConsoleIcon, HerdIcon, MapIcon, PeopleIcon } from '../ui/icons.tsx';

/** A view of the rail, and how to load what shows it. */
export interface View {
  readonly name: ViewName;
  readonly title: string;
  readonly Icon: ComponentType;
  readonly load: () => Promise<ComponentType>;
}

/** All views. Each is a piece of the script of its own, loaded when it is first shown. */
export const VIEW_LIST: readonly View[] = [
  {
    name: 'map',
    title: 'Map',
    Icon: MapIcon,
    load: async () => (await import('./map/map-view.tsx')).MapView,
  },
  {
    name: 'herd',
    title: 'Herd',
    Icon: HerdIcon,
    load: async () => (await import('./herd/herd-view.tsx')).HerdView,
  },
  {
    name: 'people',
    title: 'People',
    Icon: PeopleIcon,
    load: async () => (await import('./people/people-view.tsx')).PeopleView,
  },
  {
    name: 'console',
    title: 'Console',
    Icon: ConsoleIcon,
    load: async () => (await import('./console/console-view.tsx')).ConsoleView,
  },
];
