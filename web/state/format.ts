/* Numbers as a person would say them. */

/** How long something has been, in words: `4 s`, `12 min`, `3 h`, `5 days`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min`;
  if (whole < 2 * 86_400) return `${Math.floor(whole / 3600)} h`;
  return `${Math.floor(whole / 86_400)} days`;
}

/** How long ago something was: `now`, `4 s ago`. */
export function formatAgo(seconds: number): string {
  return seconds < 1 ? 'now' : `${formatDuration(seconds)} ago`;
}

/** A distance: `7 m`, `850 m`, `7.2 km`, `1,204 km`. */
export function formatDistance(metres: number): string {
  if (metres < 10) return `${Number(metres.toFixed(1))} m`;
  if (metres < 1000) return `${Math.round(metres)} m`;
  if (metres < 100_000) return `${(metres / 1000).toFixed(1)} km`;
  return `${formatCount(metres / 1000)} km`;
}

/** A speed, from metres a second: `5.4 km/h`. */
export function formatSpeed(mps: number): string {
  const kmh = mps * 3.6;
  return `${kmh < 10 ? kmh.toFixed(1) : Math.round(kmh)} km/h`;
}

/** A count with its thousands apart. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en');
}

/** One and many: `1 client`, `312 clients`. */
export function formatNumberOf(count: number, one: string, many: string = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

const COMPASS = ['N', 'NE', 'E', 'SE', 'S', 'SW', 'W', 'NW'];

/** A course, from degrees: `NE 47°`. */
export function formatCourse(degrees: number): string {
  return `${COMPASS[Math.round(degrees / 45) % COMPASS.length]} ${Math.round(degrees)}°`;
}

/** A time of day in the viewer's own zone, with its date. */
export function formatTime(ms: number): string {
  return new Date(ms).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
}

/** A time of day to the second, in the viewer's own zone. */
export function formatTimeOfDay(ms: number): string {
  return new Date(ms).toLocaleTimeString(undefined, { timeStyle: 'medium' });
}

/** How often something happens: `0.4/s`, `1,024/s`. */
export function formatRate(perSecond: number): string {
  return perSecond > 0 && perSecond < 10
    ? `${Number(perSecond.toFixed(1))}/s`
    : `${formatCount(perSecond)}/s`;
}

/** A size of memory: `640 kB`, `94 MB`, `1.2 GB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1e6) return `${Math.round(bytes / 1e3)} kB`;
  if (bytes < 1e9) return `${Math.round(bytes / 1e6)} MB`;
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
