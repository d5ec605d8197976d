import { openGateway, type GatewayOptions } from '../gateway-client.ts';
import { CliError } from '../errors.ts';
import { print, printMessage } from '../output.ts';
import type { Signals } from '../signals.ts';
import { hasColour, styleOf } from '../style.ts';
import { follow } from '../watch/follow.ts';
import { formatEvent, formatJson } from '../watch/format-event.ts';
import type { SseEvent } from '../../client/sse-parser.ts';

export interface WatchOptions extends GatewayOptions {
  readonly group?: string;
  readonly name?: string;
  readonly bbox?: string;
  readonly near?: string;
  readonly radius?: string;
  readonly geofence?: readonly string[];
  readonly seen?: boolean;
  readonly json?: boolean;
}

/** Options that are parameters of the route under the same names. */
const FILTERS = ['group', 'name', 'bbox', 'near', 'radius'] as const;

/**
 * Prints what happens to these clients, or to all, as it happens, until it is asked to stop or nobody reads it.
 *
 * @throws {GatewayError} where no gateway answers, or one refuses
 */
export async function watch(
  clients: readonly string[],
  options: WatchOptions,
  signals: Pick<Signals, 'stopped'>,
): Promise<void> {
  const gateway = await openGateway(options, process.env, '--read CLIENT or --group NAME');
  const stop = new AbortController();
  void signals.stopped.then(() => stop.abort());
  try {
    await follow({
      gateway,
      path: pathOf(clients, options),
      signal: stop.signal,
      onEvent: printer(options.json === true),
      onNotice: printMessage,
    });
  } catch (error) {
    if (!isUnread(error)) throw error; // `… | head`: it has what it wants
  } finally {
    await gateway.close();
  }
}

/** The path and query of the stream. */
export function pathOf(clients: readonly string[], options: WatchOptions): string {
  const query = new URLSearchParams(clients.map((client): [string, string] => ['client', client]));
  for (const name of FILTERS) {
    const value = options[name];
    if (value !== undefined) query.set(name, value);
  }
  for (const name of options.geofence ?? []) query.append('geofence', name);
  if (options.seen === true) query.set('seen', 'true');
  const text = query.toString();
  return text === '' ? '/v1/events' : `/v1/events?${text}`;
}

function printer(isJson: boolean): (event: SseEvent) => Promise<void> {
  if (isJson) return (event) => print(formatJson(event));
  const style = styleOf(hasColour(process.stdout, process.env));
  return (event) => print(formatEvent(event, style, Date.now()));
}

/** Whether standard output has a reader that has gone: see `print`. */
function isUnread(error: unknown): boolean {
  return error instanceof CliError && error.code === 'FAILED' && error.lines.length === 0;
}
