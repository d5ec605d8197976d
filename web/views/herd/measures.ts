import { formatBytes, formatCount, formatRate } from '../../state/format.ts';
import type { Measure } from './history.ts';

/** What charts are of, in the order in which they are shown. */
export const MEASURES: readonly {
  readonly measure: Measure;
  readonly title: string;
  readonly format: (value: number) => string;
}[] = [
  { measure: 'reports', title: 'reports', format: formatRate },
  { measure: 'replies', title: 'replies', format: formatRate },
  { measure: 'lag', title: 'lag', format: (value) => (value === 0 ? 'none' : formatCount(value)) },
  { measure: 'memoryBytes', title: 'memory', format: formatBytes },
];
