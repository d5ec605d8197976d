/** What happened in a run, or in many: a scenario that never comes up is seen by its count. */
export interface Counts {
  servers: number;
  reports: number;
  removals: number;
  /** Documents that were put, and that were removed. */
  documents: number;
  documentRemovals: number;
  /** Those of them that are signs of life. */
  signs: number;
  /** Locations whose memory was freed. */
  forgotten: number;
  faults: number;
  /** Servers that started again, with what a disk kept and without. */
  restartsWithJournal: number;
  restartsWithoutJournal: number;
  /** Disks that went back to a backup. */
  backupsRestored: number;
  clockSteps: number;
  /** Epochs that ended while their server ran on, since its clock was set back. */
  epochsEnded: number;
  linksAdded: number;
  linksRemoved: number;
  /** Entries of version vectors that a server did not have again when it started. */
  entriesDropped: number;
  /** Lines that became slow, or stopped, while their connection stayed. */
  stalls: number;
  prunes: number;
  grafts: number;
}

export function noCounts(): Counts {
  return {
    servers: 0,
    reports: 0,
    removals: 0,
    documents: 0,
    documentRemovals: 0,
    signs: 0,
    forgotten: 0,
    faults: 0,
    restartsWithJournal: 0,
    restartsWithoutJournal: 0,
    backupsRestored: 0,
    clockSteps: 0,
    epochsEnded: 0,
    linksAdded: 0,
    linksRemoved: 0,
    entriesDropped: 0,
    stalls: 0,
    prunes: 0,
    grafts: 0,
  };
}

/** Adds the counts of a run to those of many. */
export function addCounts(sum: Counts, counts: Counts): void {
  for (const name of Object.keys(sum) as (keyof Counts)[]) sum[name] += counts[name];
}
