import type { HeardAnswer, HerdAnswer, ServerAnswer } from '../../gateway/api/herd-schema.ts';
import { visible, type Style } from '../style.ts';
import { table } from '../table.ts';
import { linksOf, type LinkRow } from './links-of.ts';

/** What matters most comes first: a narrow terminal does not show all. */
const SERVER_TITLES = [
  'SERVER',
  'STATE',
  'HEARD',
  'UP FOR',
  'CLIENTS',
  'REPORTS/S',
  'REPLIES/S',
  'PLACES/S',
  'LACKS',
  'CONNECTIONS',
  'VERSION',
] as const;
const LINK_TITLES = ['LINK', 'STATE', 'SINCE', 'LAG'] as const;
const NOTHING = '-';

/** A herd as a table of its servers and one of its links. */
export function formatHerd(
  { herd, nats, servers }: HerdAnswer,
  where: string,
  style: Style,
): string {
  const [first] = servers;
  const nowMs = first === undefined ? 0 : timeOf(first.lastHeardAt);
  const reached = servers.filter(({ state }) => state === 'reachable').length;
  const links = linksOf(servers);
  const up = links.filter(({ state }) => state === 'up').length;
  const rows = servers.map((server) => serverCells(server, nowMs, style));
  const summary = [
    `${reached} of ${servers.length} servers reachable`,
    ...(nats !== undefined && links.length === 0 ? [] : [`${up} of ${links.length} links up`]),
    ...(nats === undefined ? [] : [`NATS ${nats === 'away' ? style.red(nats) : nats}`]),
  ].join(', ');
  const linkRows = links.map((link) => linkCells(link, style));
  return [
    `${visible(herd)}: ${summary} (by ${visible(where)})\n`,
    table([SERVER_TITLES.map((title) => style.bold(title)), ...rows]),
    ...(links.length === 0
      ? []
      : [table([LINK_TITLES.map((title) => style.bold(title)), ...linkRows])]),
  ].join('\n');
}

function serverCells(server: ServerAnswer, nowMs: number, style: Style): string[] {
  const name = visible(server.server);
  if (server.lastHeardAt === null) {
    const state = server.state === 'reachable' ? style.yellow('silent') : style.red('unreachable');
    return [name, state, 'never', ...SERVER_TITLES.slice(3).map(() => NOTHING)];
  }
  const { version, startedAt, clients, connections, rates, lag } = server;
  const heardMs = timeOf(server.lastHeardAt);
  const missing = lag.map((each) => `${visible(each.server)}: ${lagText(each)}`);
  return [
    name,
    stateText(server, style),
    `${durationText(nowMs - heardMs)} ago`,
    durationText(heardMs - timeOf(startedAt)),
    String(clients),
    ...[rates.reports, rates.replies, rates.places].map((rate) => rate.toFixed(1)),
    missing.length === 0 ? NOTHING : style.yellow(missing.join('; ')),
    String(connections),
    visible(version),
  ];
}

function stateText({ state, replaying }: HeardAnswer, style: Style): string {
  if (state === 'unreachable') return style.red(state);
  return replaying ? style.yellow('replaying') : style.green(state);
}

function linkCells({ ends, state }: LinkRow, style: Style): string[] {
  const [a, b] = ends;
  const since = [a, b]
    .flatMap(({ said }) => (said !== undefined && said.up === (state === 'up') ? said.since : []))
    .toSorted()
    .at(-1);
  const lags = [
    [b.server, a.said?.lag],
    [a.server, b.said?.lag],
  ] as const;
  const behind = lags.flatMap(([server, lag]) =>
    lag === undefined || lag.reports === 0 ? [] : `${visible(server)} lacks ${lagText(lag)}`,
  );
  return [
    `${visible(a.server)} - ${visible(b.server)}`,
    linkStateText(state, style),
    since === undefined ? NOTHING : secondsText(since),
    behind.length === 0 ? NOTHING : style.yellow(behind.join('; ')),
  ];
}

function linkStateText(state: LinkRow['state'], style: Style): string {
  if (state === 'up') return style.green(state);
  return state === 'down' ? style.red(state) : style.yellow(state);
}

function lagText({
  reports,
  seconds,
}: {
  readonly reports: number;
  readonly seconds: number;
}): string {
  return `${reports} ${reports === 1 ? 'report' : 'reports'}, ${seconds.toFixed(1)} s`;
}

/** A duration in its two greatest units. Clocks of two servers differ: one below 0 counts as none. */
function durationText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [minutes, hours, days] = [60, 3600, 86_400].map((unit) => Math.floor(seconds / unit));
  if (!minutes) return `${seconds}s`;
  if (!hours) return `${minutes}m${seconds % 60}s`;
  return days ? `${days}d${hours % 24}h` : `${hours}h${minutes % 60}m`;
}

/** A time to the second. */
function secondsText(time: string): string {
  return time.replace(/\.\d+Z$/, 'Z');
}

function timeOf(time: string | null): number {
  return time === null ? 0 : Date.parse(time);
}
