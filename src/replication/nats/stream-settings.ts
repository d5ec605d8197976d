import type { StreamConfig } from '@nats-io/jetstream';
import type { NatsOptions } from './options.ts';

const NANOSECONDS_A_MILLISECOND = 1_000_000;

/** How a stream has to be. */
type StreamSettings = Pick<
  StreamConfig,
  | 'name'
  | 'subjects'
  | 'max_msgs_per_subject'
  | 'storage'
  | 'num_replicas'
  | 'max_age'
  | 'discard'
  | 'retention'
>;

/** What begins the subjects of a partition's records. */
export function recordPrefix(options: NatsOptions, partition: number): string {
  return `${options.prefix}.record.${partition}.`;
}

/** The name of a partition's stream: no name of a stream has a point. */
export function streamName(options: NatsOptions, partition: number): string {
  return `${options.prefix.replaceAll('.', '_')}_record_${partition}`;
}

/** How the stream of a partition has to be: it keeps the last message of each subject. */
export function streamSettings(options: NatsOptions, partition: number): StreamSettings {
  return {
    name: streamName(options, partition),
    subjects: [`${recordPrefix(options, partition)}>`],
    max_msgs_per_subject: 1,
    storage: options.storage,
    num_replicas: options.replicas,
    max_age: (options.maxAgeMs ?? 0) * NANOSECONDS_A_MILLISECOND,
    discard: 'old',
    retention: 'limits',
  };
}

/**
 * What of a stream that there is is not as it has to be, in words; `undefined` where all is. What an operator may
 * have changed on purpose, its replicas and its age limit, is not looked at.
 */
export function streamFault(wanted: StreamSettings, found: StreamConfig): string | undefined {
  const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  const keys = ['subjects', 'max_msgs_per_subject', 'storage', 'discard', 'retention'] as const;
  const key = keys.find((each) => !isSame(wanted[each], found[each]));
  if (key === undefined) return undefined;
  const [has, needs] = [JSON.stringify(found[key]), JSON.stringify(wanted[key])];
  return `the stream ${wanted.name} has ${key} ${has}, expected ${needs}`;
}
