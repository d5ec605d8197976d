import { each, type Metric, type MetricsSource, type Sample } from './metric.ts';

/** What was sent to the URLs of hooks. */
export const HOOK_METRICS: readonly Metric[] = [
  hookCounter(
    'proxy_herd_hook_deliveries_total',
    'Requests accepted by the receiver.',
    'deliveries',
  ),
  hookCounter('proxy_herd_hook_delivered_events_total', 'Events in them.', 'delivered'),
  hookCounter(
    'proxy_herd_hook_retries_total',
    'Repeated attempts to deliver a request.',
    'retries',
  ),
  {
    name: 'proxy_herd_hook_dropped_events_total',
    type: 'counter',
    help: 'Events given up: too many were waiting, the receiver refused them or did not accept them for an hour, or the server stopped.',
    labels: ['hook', 'reason'],
    read: ({ counts }) =>
      counts.hooks.flatMap(({ name, dropped }) => each('reason', dropped, { hook: name })),
  },
  {
    name: 'proxy_herd_hook_waiting_events',
    type: 'gauge',
    help: 'Waiting transitions and events being sent, without changed locations.',
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
