import { visible, type Style } from '../style.ts';
import type { SseEvent } from '../../client/sse-parser.ts';

/** The data of an event, by their names. */
type Data = Readonly<Record<string, unknown>>;

const KIND_WIDTH = 'location'.length;

/** Members of a location that have a place of their own in its line, or say what others say. */
const LOCATION_MEMBERS = new Set(
  'client latitude longitude time server receivedAt skew ageSeconds lastSeenAt'.split(' '),
);

/** Members of other events that have a place of their own. */
const EVENT_MEMBERS = new Set(['client', 'location', 'lastSeenAt', 'server']);

/** What a member's figure is followed by. */
const UNITS: Readonly<Record<string, string>> = {
  accuracyM: ' m accuracy',
  altitudeM: ' m altitude',
  speedMps: ' m/s',
  courseDeg: '°',
  batteryPercent: ' % battery',
};

/** An event as a line of JSON: as the messages of a WebSocket are. */
export function formatJson({ kind, data }: SseEvent): string {
  return `{"event":${JSON.stringify(kind)},"data":${JSON.stringify(JSON.parse(data))}}\n`;
}

/**
 * An event as a line for people: when, what, which client, and what is known besides.
 *
 * @param nowMs the present time, for an event that has none, in milliseconds since 1970
 */
export function formatEvent({ kind, data: text }: SseEvent, style: Style, nowMs: number): string {
  const data = dataOf(text);
  if (kind === 'ready') return `${style.dim('-- what follows is news --')}\n`;
  if (kind === 'reset') return `${style.dim('-- reset: all that is known follows again --')}\n`;
  // Who enters or leaves a geofence is somewhere, too.
  const location = kind === 'location' ? data : membersOf(data['location']);
  const { time = data['lastSeenAt'] ?? new Date(nowMs).toISOString() } = location ?? {};
  const client = style.bold(visible(textOf(data['client'])));
  const words = kind === 'location' ? [] : memberWords(data, EVENT_MEMBERS);
  const parts = [
    style.dim(visible(textOf(time).replace(/\.\d+Z$/, 'Z'))),
    styledKind(kind, style),
    client,
    ...words,
    ...(location === undefined ? [] : locationWords(location)),
    ...(kind === 'seen' ? [serverWord(data)] : []),
  ];
  return `${parts.join('  ').trimEnd()}\n`;
}

function dataOf(text: string): Data {
  const data = membersOf(JSON.parse(text));
  if (data !== undefined) return data;
  throw new SyntaxError('the data of an event are an object');
}

function membersOf(value: unknown): Data | undefined {
  return typeof value === 'object' && value !== null ? { ...value } : undefined;
}

function styledKind(kind: string, style: Style): string {
  const padded = visible(kind).padEnd(KIND_WIDTH);
  if (kind === 'location' || kind === 'enter') return style.green(padded);
  return kind === 'removed' ? style.red(padded) : style.yellow(padded);
}

function locationWords(data: Data): string[] {
  const degrees = [data['latitude'], data['longitude']].map((value) => Number(value).toFixed(7));
  const attributes = memberWords(data, LOCATION_MEMBERS);
  return [degrees.join(' '), ...attributes, serverWord(data)];
}

/** Which server received it. */
function serverWord(data: Data): string {
  return `from ${visible(textOf(data['server']))}`;
}

/** The other members: figures with their units, the rest with their names. */
function memberWords(data: Data, shown: ReadonlySet<string>): string[] {
  return Object.entries(data)
    .filter(([name]) => !shown.has(name))
    .map(([name, value]) => {
      const unit = UNITS[name];
      return visible(unit === undefined ? `${name}=${textOf(value)}` : `${textOf(value)}${unit}`);
    });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
