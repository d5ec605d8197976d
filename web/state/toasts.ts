import { signal } from '@preact/signals';

/** So long a toast stays, in milliseconds: time to read two lines twice. */
const STAYS_MS = 8000;

/** The most at once: older ones go. */
const MOST = 4;

export type ToastKind = 'good' | 'bad' | 'plain';

export interface Toast {
  readonly id: number;
  readonly kind: ToastKind;
  readonly text: string;
}

let lastId = 0;

/** What is shown now, the oldest first. */
export const toasts = signal<readonly Toast[]>([]);

/** Says something for a while. */
export function showToast(text: string, kind: ToastKind = 'plain'): void {
  const toast = { id: ++lastId, kind, text };
  toasts.value = [...toasts.value, toast].slice(-MOST);
  setTimeout(() => dismissToast(toast.id), STAYS_MS);
}

export function dismissToast(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}
