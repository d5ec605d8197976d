import { signal } from '@preact/signals';

const EVERY_MS = 1000;

const time = signal(Date.now());
setInterval(() => {
  time.value = Date.now();
}, EVERY_MS);

/** The time of day in milliseconds since 1970, once a second: for ages that are shown. */
export const nowMs = time;
