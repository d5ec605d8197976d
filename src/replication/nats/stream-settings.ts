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

/** How many partitions there are, with that of the documents. */
export function partitionsOf({ partitions }: NatsOptions): number {
  return partitions + 1;
}

/** What begins the subjects of a partition. */
export function subjectPrefix(options: NatsOptions, partition: number): string {
  return `${options.prefix}.${contentOf(options, partition).join('.')}.`;
}

/** The name of a partition's stream: none has a point. */
export function streamName(options: NatsOptions, partition: number): string {
  return [options.prefix.replaceAll('.', '_'), ...contentOf(options, partition)].join('_');
}

function contentOf({ partitions }: NatsOptions, partition: number): string[] {
  return partition < partitions ? ['record', `${partition}`] : ['document'];
}

/** How the stream of a partition has to be: it keeps the last message of each subject. */
export function streamSettings(options: NatsOptions, partition: number): StreamSettings {
  // Locations are forgotten at an age; documents stay until they are removed.
  const maxAgeMs = partition < options.partitions ? (options.maxAgeMs ?? 0) : 0;
  return {
    name: streamName(options, partition),
    subjects: [`${subjectPrefix(options, partition)}>`],
    max_msgs_per_subject: 1,
    storage: options.storage,
    num_replicas: options.replicas,
    max_age: maxAgeMs * NANOSECONDS_A_MILLISECOND,
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
