import { parseSize } from '../config/values.ts';
import { CliError } from '../errors.ts';
import { time, wholeNumber } from '../option-values.ts';
import { print } from '../output.ts';
import { MEASURED } from '../plan/costs.ts';
import { formatPlan } from '../plan/format-plan.ts';
import { planHerd } from '../plan/plan.ts';

/** The command's options, as they were typed. */
export interface PlanOptions {
  readonly clients: string;
  readonly every: string;
  readonly servers: string;
  readonly links: string;
  readonly memory: string;
  readonly replicas: string;
  readonly json?: boolean;
}

/** More than there are people, phones and trackers. */
const MOST_CLIENTS = 1e12;
const MOST_SERVERS = 1e6;
/** What JetStream allows. */
const MOST_REPLICAS = 5;

/** Prints what a herd takes, and whether it goes with links or needs NATS. */
export async function plan(options: PlanOptions): Promise<void> {
  const servers = wholeNumber('servers', options.servers, MOST_SERVERS);
  const planned = planHerd(
    {
      clients: wholeNumber('clients', options.clients, MOST_CLIENTS),
      everyMs: readEvery(options.every),
      servers,
      links: Math.min(wholeNumber('links', options.links, MOST_SERVERS), servers - 1),
      memoryBytes: readSize(options.memory),
      replicas: wholeNumber('replicas', options.replicas, MOST_REPLICAS),
    },
    MEASURED,
  );
  await print(
    options.json === true ? `${JSON.stringify(planned, null, 2)}\n` : formatPlan(planned),
  );
}

/** A bare number counts as seconds. */
function readEvery(text: string): number {
  return time('every', /^\d+$/.test(text) ? `${text}s` : text);
}

function readSize(text: string): number {
  const size = parseSize(text) ?? 0;
  if (size > 0) return size;
  throw new CliError('USAGE', [`found --memory ${text}, expected a size such as 8GiB`]);
}
