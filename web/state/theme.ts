import { computed, effect, signal } from '@preact/signals';

export type Theme = 'light' | 'dark';

/** Where a browser keeps the choice. */
const KEY = 'proxy-herd.theme';

const dark = matchMedia('(prefers-color-scheme: dark)');
const system = signal<Theme>(dark.matches ? 'dark' : 'light');
dark.addEventListener('change', () => {
  system.value = dark.matches ? 'dark' : 'light';
});

const chosen = signal(readChoice());

/** The theme that is shown: the one that was chosen, or the system's. */
export const theme = computed(() => chosen.value ?? system.value);

effect(() => {
  document.documentElement.dataset['theme'] = theme.value;
});

/** Shows the other theme from now on. */
export function toggleTheme(): void {
  const next = theme.value === 'dark' ? 'light' : 'dark';
  localStorage.setItem(KEY, next);
  chosen.value = next;
}

function readChoice(): Theme | undefined {
  const kept = localStorage.getItem(KEY);
  return kept === 'light' || kept === 'dark' ? kept : undefined;
}
