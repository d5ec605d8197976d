import { each, only, type Metric } from './metric.ts';

const TEXT = { front_end: 'text' };
const HTTP = { front_end: 'http' };

/** What clients ask, and what they are answered. */
export const TRAFFIC_METRICS: readonly Metric[] = [
  {
    name: 'proxy_herd_reports_total',
    type: 'counter',
    help: 'Reports from clients, by front end and result.',
    labels: ['front_end', 'result'],
    read: ({ counts }) => [
      ...each('result', counts.textReports, TEXT),
      ...each('result', counts.plainReports, HTTP),
    ],
  },
  {
    name: 'proxy_herd_removals_total',
    type: 'counter',
    help: 'Removals of clients, by result.',
    labels: ['result'],
    read: ({ counts }) => each('result', counts.removals),
  },
  {
    name: 'proxy_herd_signs_of_life_total',
    type: 'counter',
    help: 'Signs of life of clients: kept, coalesced (the client was seen just before), or refused (there is no room).',
    labels: ['result'],
    read: ({ counts }) => each('result', counts.signs),
  },
  {
    name: 'proxy_herd_replies_total',
    type: 'counter',
    help: 'Replies: ok, refused (the request was invalid or not allowed), or failed (the server could not carry it out).',
    labels: ['front_end', 'result'],
    read: ({ counts, http }) => {
      const byHttp = { ok: 0, refused: 0, failed: 0 };
      for (const { status, count } of http.answers) byHttp[resultOf(status)] += count;
      return [...each('result', { ...counts.textReplies }, TEXT), ...each('result', byHttp, HTTP)];
    },
  },
  {
    name: 'proxy_herd_connections',
    type: 'gauge',
    help: 'Open connections of clients.',
    labels: ['front_end'],
    read: ({ counts, httpConnections }) => [
      { labels: TEXT, value: counts.textConnections.open },
      { labels: HTTP, value: httpConnections },
    ],
  },
  {
    name: 'proxy_herd_text_connections_opened_total',
    type: 'counter',
    help: 'Opened connections of the text protocol.',
    labels: [],
    read: ({ counts }) => only(counts.textConnections.opened),
  },
  {
    name: 'proxy_herd_text_connections_refused_total',
    type: 'counter',
    help: 'Refused connections of the text protocol, by the limit that they would have exceeded.',
    labels: ['limit'],
    read: ({ counts }) => each('limit', counts.textConnections.refused),
  },
  {
    name: 'proxy_herd_http_requests_total',
    type: 'counter',
    help: 'Answered HTTP requests. An unknown path has the route none.',
    labels: ['method', 'route', 'status'],
    read: ({ http }) =>
      http.answers.map(({ method, route, status, count }) => ({
        labels: { method, route, status: String(status) },
        value: count,
      })),
  },
  {
    name: 'proxy_herd_http_request_duration_seconds',
    type: 'histogram',
    help: 'Duration of HTTP requests, without streams.',
    labels: ['route'],
    read: ({ http }) =>
      http.durations.map(({ route, durations }) => ({ labels: { route }, value: durations })),
  },
  {
    name: 'proxy_herd_live_subscribers',
    type: 'gauge',
    help: 'Subscribers of live updates.',
    labels: [],
    read: ({ live }) => only(live.subscribers),
  },
  {
    name: 'proxy_herd_live_events_total',
    type: 'counter',
    help: 'Events sent, counted once for each subscriber.',
    labels: [],
    read: ({ live }) => only(live.events),
  },
  {
    name: 'proxy_herd_live_conflated_total',
    type: 'counter',
    help: 'Changes that a subscriber skipped because the client had changed again, counted before the filter.',
    labels: [],
    read: ({ live }) => only(live.conflated),
  },
  {
    name: 'proxy_herd_live_resets_total',
    type: 'counter',
    help: 'Subscribers that could not resume and were reset.',
    labels: [],
    read: ({ live }) => only(live.resets),
  },
];

function resultOf(status: number): 'ok' | 'refused' | 'failed' {
  if (status >= 500) return 'failed';
  return status >= 400 ? 'refused' : 'ok';
}
