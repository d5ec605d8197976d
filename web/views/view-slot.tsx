import { signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import type { ComponentType, JSX } from 'preact';

import { Notice } from '../ui/notice.tsx';
import { VIEW_LIST, type View } from './views.ts';

/** Loaded views, so that one shown again is there at once. */
const loaded = signal<ReadonlyMap<string, ComponentType>>(new Map());

async function load({ name, load: loadView }: View): Promise<void> {
  const component = await loadView();
  loaded.value = new Map([...loaded.value, [name, component]]);
}

/** Loads what is small of the views, so that they can still be shown when the server that the page came from is gone. */
export async function loadAhead(): Promise<void> {
  const small = VIEW_LIST.filter(({ name }) => name !== 'map' && !loaded.value.has(name));
  await Promise.allSettled(small.map(load));
}

/** Shows a view, and loads it first where it was not shown yet. */
export function ViewSlot({ view }: { readonly view: View }): JSX.Element | null {
  const [failed, setFailed] = useState<string>();
  useEffect(() => {
    if (loaded.peek().has(view.name)) return;
    load(view).catch(() => setFailed(view.name));
  }, [view]);
  const Component = loaded.value.get(view.name);
  if (Component !== undefined) return <Component />;
  if (failed !== view.name) return null;
  return (
    <div class="page">
      <Notice title={`${view.title} could not be loaded`} kind="bad">
        <p>The server that this page came from does not answer. Reload the page when it is back.</p>
      </Notice>
    </div>
  );
}
