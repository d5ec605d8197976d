import type { JSX } from 'preact';

import { formatRoute } from '../route/route.ts';
import { route } from '../route/router.ts';
import { signOut, token } from '../state/session.ts';
import { theme, toggleTheme } from '../state/theme.ts';
import { MoonIcon, SignOutIcon, SunIcon } from '../ui/icons.tsx';
import { VIEW_LIST } from '../views/views.ts';
import './rail.css';

/** The way to each view. */
export function Rail(): JSX.Element {
  const isDark = theme.value === 'dark';
  return (
    <nav class="rail" aria-label="Views">
      <ul class="rail-views">
        {VIEW_LIST.map(({ name, title, Icon }) => (
          <li key={name}>
            <a
              class="rail-link"
              href={formatRoute({ view: name, item: undefined, options: {} })}
              aria-current={route.value.view === name ? 'page' : undefined}
            >
              <Icon />
              {title}
            </a>
          </li>
        ))}
      </ul>
      {token.value !== undefined && (
        <button type="button" class="rail-link rail-action" aria-label="Sign out" onClick={signOut}>
          <SignOutIcon />
        </button>
      )}
      <button
        type="button"
        class="rail-link rail-action"
        onClick={toggleTheme}
        aria-label={isDark ? 'Show in light colours' : 'Show in dark colours'}
      >
        {isDark ? <SunIcon /> : <MoonIcon />}
      </button>
    </nav>
  );
}
