import { MAX_FRAME_BYTES } from './frame.ts';
import { MAX_VECTOR_BYTES } from './vector-line.ts';

/** How much a journal does at a time, and how much there may be of it. */
export interface JournalLimits {
  /** With so many bytes in it a frame is full: no change is added any more. */
  readonly frameBytes: number;
  /** How many changes are taken in at a time. */
  readonly gatheredChanges: number;
  /** How many bytes a step of a snapshot writes, and how many changes it looks at. */
  readonly snapshotBytes: number;
  readonly snapshotChanges: number;
  /** How many lines are read in one iteration of the event loop when a server starts. */
  readonly replayedLines: number;
  /** How many bytes more than the last snapshot the logs may have before the next one is taken. */
  readonly slackBytes: number;
  /** How many logs there may be before one is taken, however small: each start begins one. */
  readonly logs: number;
}

/** How far the last change of a frame may reach beyond what makes it full: more than the longest change takes. */
const LONGEST_CHANGE_BYTES = 16_384;

/**
 * The steps are a millisecond or two of work each. Logs with the slack alone are read in less than a
 * second, and the slack spares small journals from being written anew all the time.
 */
export const JOURNAL_LIMITS: JournalLimits = {
  frameBytes: MAX_FRAME_BYTES - LONGEST_CHANGE_BYTES - MAX_VECTOR_BYTES,
  gatheredChanges: 16_384,
  snapshotBytes: 131_072,
  snapshotChanges: 2000,
  replayedLines: 2000,
  slackBytes: 33_554_432,
  logs: 16,
};
