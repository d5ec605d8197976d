import { each, only, type Metric } from './metric.ts';

/** Questions for places, and what they cost. */
export const PLACES_METRICS: readonly Metric[] = [
  {
    name: 'proxy_herd_places_questions_total',
    type: 'counter',
    help: 'Queries for places, by what answered them: a fresh page of the cache, a stale page, a call, or a page kept because the call failed; or failed.',
    labels: ['answer'],
    read: ({ counts: { places } }) => each('answer', places.answers),
  },
  {
    name: 'proxy_herd_places_calls_saved_total',
    type: 'counter',
    help: 'Queries that cost no call of their own: the cache answered them, or they shared the call of another query.',
    labels: [],
    read: ({ counts: { places } }) =>
      only(places.answers.fresh + places.answers.stale + places.shared),
  },
  {
    name: 'proxy_herd_places_calls_total',
    type: 'counter',
    help: 'Calls to the upstream: answered, failed, or unsent (nothing left this machine).',
    labels: ['result'],
    read: ({ counts: { places } }) => each('result', places.calls),
  },
  {
    name: 'proxy_herd_places_call_duration_seconds',
    type: 'histogram',
    help: 'Duration of the calls that were sent to the upstream.',
    labels: [],
    read: ({ counts: { places } }) => only(places.callDurations),
  },
  {
    name: 'proxy_herd_places_budget_calls',
    type: 'gauge',
    help: 'Calls allowed a day; absent without a budget.',
    labels: [],
    read: ({ counts: { places } }) => only(places.budget?.perDay),
  },
  {
    name: 'proxy_herd_places_budget_left_calls',
    type: 'gauge',
    help: 'Calls left today (UTC).',
    labels: [],
    read: ({ counts: { places } }) => only(places.budget?.left),
  },
];
