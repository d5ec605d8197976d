import { each, type Metric, type MetricsSource, type Sample } from './metric.ts';

/** What was sent to the URLs of hooks. */
export const HOOK_METRICS: readonly Metric[] = [
  hookCounter('proxy_herd_hook_deliveries_total', 'Requests that a receiver took.', 'deliveries'),
  hookCounter('proxy_herd_hook_delivered_events_total', 'Events in them.', 'delivered'),
  hookCounter(
    'proxy_herd_hook_retries_total',
    'Attempts that were not the first of their request.',
    'retries',
  ),
  {
    name: 'proxy_herd_hook_dropped_events_total',
    type: 'counter',
    help: 'Events that were given up: too many waited, the receiver refused them, did not take them for an hour, or the server stopped.',
    labels: ['hook', 'reason'],
    read: ({ counts }) =>
      counts.hooks.flatMap(({ name, dropped }) => each('reason', dropped, { hook: name })),
  },
  {
    name: 'proxy_herd_hook_waiting_events',
    type: 'gauge',
    help: 'Transitions that wait, and what is being sent. Locations that changed do not count.',
    labels: ['hook'],
    read: ofHooks('waiting'),
  },
];

type Count = 'deliveries' | 'delivered' | 'retries' | 'waiting';

function hookCounter(name: string, help: string, count: Count): Metric {
  return { name, type: 'counter', help, labels: ['hook'], read: ofHooks(count) };
}

function ofHooks(count: Count) {
  return ({ counts }: MetricsSource): Sample<number>[] =>
    counts.hooks.map((hook) => ({ labels: { hook: hook.name }, value: hook[count] }));
}
