import type { Metric } from './metric.ts';

/** What phone apps send. */
export const PHONE_METRICS: readonly Metric[] = [
  {
    name: 'proxy_herd_phone_reports_total',
    type: 'counter',
    help: 'Stored reports from phone apps, by app.',
    labels: ['app'],
    read: ({ phones }) =>
      Array.from(phones.accepted, ([app, value]) => ({ labels: { app }, value })),
  },
  {
    name: 'proxy_herd_phone_unused_total',
    type: 'counter',
    help: 'Unusable messages from phone apps, by app and reason; they are answered as a success.',
    labels: ['app', 'reason'],
    read: ({ phones }) =>
      Array.from(phones.unused, ([app, reasons]) =>
        Array.from(reasons, ([reason, value]) => ({ labels: { app, reason }, value })),
      ).flat(),
  },
];
