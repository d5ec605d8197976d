import type { ConsumerMessages } from '@nats-io/jetstream';

/** How often a sign of life is looked for, in milliseconds: as often as the cluster is asked for one. */
const LOOK_EVERY_MS = 1000;
/** So many looks in a row may find none. The library finds a consumer again within five where it can. */
const MOST_SILENT = 10;

/**
 * Ends the reading of a stream from which nothing has come for too long, not even a heartbeat: its consumer was lost with the
 * server of the cluster that had it. The library would ask for it until that server is back.
 *
 * Looks are counted, not time, so that a process that stood still does not take its own absence for silence. Those without a
 * connection do not count: when it is back, the consumer may be there still, and knows how far it was read.
 *
 * @param onSilent called once; it is to end the reading
 */
export function watchSilence(
  messages: Messages,
  isConnected: () => boolean,
  onSilent: () => void,
): SilenceWatch {
  let silent = 0;
  const timer = setInterval(() => {
    silent = isConnected() ? silent + 1 : 0;
    if (silent === MOST_SILENT) onSilent();
  }, LOOK_EVERY_MS);
  const noteSign = (): void => {
    silent = 0;
  };
  void noteHeartbeats(messages, noteSign);
  return { noteSign, end: () => clearInterval(timer) };
}

/** Done when the reading has ended. */
async function noteHeartbeats(messages: Messages, onHeartbeat: () => void): Promise<void> {
  for await (const { type } of messages.status()) if (type === 'heartbeat') onHeartbeat();
}

/** The reading of a stream, as far as it is needed here. */
type Messages = Pick<ConsumerMessages, 'status'>;

interface SilenceWatch {
  /** Notes that a message has come. */
  noteSign(): void;
  end(): void;
}
