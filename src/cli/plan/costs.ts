/** What reports and clients cost, as measured. A µs is one of a core's processor time. */
export interface Costs {
  /** A report where it is received: read, checked, stored, journaled and answered. */
  readonly reportUs: number;
  /** A record that comes over a link: stored and journaled. */
  readonly takeUs: number;
  /** A record that goes out over a link. */
  readonly sendUs: number;
  /** A record on a link, and in the journal. */
  readonly linkBytes: number;
  readonly journalBytes: number;
  /** A server without clients, and each client: in its memory. */
  readonly serverBytes: number;
  readonly clientBytes: number;
  /** A report where it is received, in a herd on NATS: with its publication. */
  readonly natsReportUs: number;
  /** A record that comes from a stream. */
  readonly natsFollowUs: number;
  /** A record in the NATS server: stored by each replica; and delivered to each server of the herd. */
  readonly natsStoreUs: number;
  readonly natsDeliverUs: number;
  /** Records a second that one stream takes. */
  readonly natsStreamRate: number;
  /** A client in the NATS server's memory, and on its disk, at each replica. */
  readonly natsClientMemoryBytes: number;
  readonly natsClientDiskBytes: number;
}

/**
 * As measured for IDs of 30 bytes: the medians of `npm run bench -- link-costs nats-costs memory`, on the machine that
 * docs/SCALING.md names.
 */
export const MEASURED: Costs = {
  reportUs: 3.5,
  takeUs: 3,
  sendUs: 0.9,
  linkBytes: 104,
  journalBytes: 104,
  serverBytes: 72e6,
  clientBytes: 147,
  natsReportUs: 83,
  natsFollowUs: 19.8,
  natsStoreUs: 14.3,
  natsDeliverUs: 10.7,
  natsStreamRate: 22_000,
  natsClientMemoryBytes: 1400,
  natsClientDiskBytes: 276,
};
