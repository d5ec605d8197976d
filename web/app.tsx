import { useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';

import { Offline } from './frame/offline.tsx';
import { Rail } from './frame/rail.tsx';
import { StatusLine } from './frame/status-line.tsx';
import { Toasts } from './frame/toasts.tsx';
import { route } from './route/router.ts';
import { SignIn } from './sign-in/sign-in.tsx';
import { offlineSinceMs } from './state/offline.ts';
import { isolated } from './state/shown-text.ts';
import { isSignedOut } from './state/session.ts';
import { ViewSlot } from './views/view-slot.tsx';
import { VIEW_LIST } from './views/views.ts';
import './frame/frame.css';

/** The whole page: the frame, and the view that the URL names in it. */
export function App(): JSX.Element {
  useSignalEffect(nameTab);
  if (isSignedOut.value) return <SignIn />;
  const view = VIEW_LIST.find(({ name }) => name === route.value.view);
  return (
    <div class="frame">
      <Rail />
      <main
        class={offlineSinceMs.value === undefined ? 'frame-view' : 'frame-view past'}
        aria-label={view?.title}
      >
        {view !== undefined && <ViewSlot key={view.name} view={view} />}
        <Offline />
      </main>
      <StatusLine />
      <Toasts />
    </div>
  );
}

/** The browser's tab, and its history, say what is shown. */
function nameTab(): void {
  const { view, item } = route.value;
  const title = VIEW_LIST.find(({ name }) => name === view)?.title;
  const named = item === undefined ? undefined : isolated(item);
  document.title = [named, title, 'Proxy-herd'].filter((part) => part !== undefined).join(' · ');
}
