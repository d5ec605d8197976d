import { useEffect, useState } from 'preact/hooks';
import type { ComponentType, JSX } from 'preact';

import { Notice } from '../ui/notice.tsx';
import { VIEW_LIST, type View } from './views.ts';

/** Loaded views, so that one shown again is there at once. */
const loaded = new Map<string, ComponentType>();

async function load({ name, load: loadView }: View): Promise<void> {
  loaded.set(name, await loadView());
}

/** Loads what is small of the views, so that they can still be shown when the server that the page came from is gone. */
export async function loadAhead(): Promise<void> {
  const small = VIEW_LIST.filter(({ name }) => name !== 'map' && !loaded.has(name));
  await Promise.allSettled(small.map(load));
}

/** Shows a view, and loads it first where it was not shown yet. */
export function ViewSlot({ view }: { readonly view: View }): JSX.Element | null {
  const [, setCount] = useState(0);
  const [failed, setFailed] = useState<string>();
  useEffect(() => {
    if (loaded.has(view.name)) return;
    const show = async (): Promise<void> => {
      try {
        await load(view);
        setCount((count) => count + 1);
      } catch {
        setFailed(view.name);
      }
    };
    void show();
  }, [view]);
  const Component = loaded.get(view.name);
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
