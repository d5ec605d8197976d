/** A figure of one server at one time. */
export interface Sample {
  /** Which life of which server: figures of different lives do not go on from one another. */
  readonly life: string;
  /** Seconds. */
  readonly at: number;
  readonly value: number;
}

const SECONDS_AN_HOUR = 3600;

/**
 * How much a figure rises in an hour, by least squares with a line of its own level for each life
 * and one slope for all ("within" regression); `undefined` where no life has two samples.
 */
export function slopePerHour(samples: readonly Sample[]): number | undefined {
  let covariance = 0;
  let variance = 0;
  for (const life of new Set(samples.map((sample) => sample.life))) {
    const own = samples.filter((sample) => sample.life === life);
    const meanAt = mean(own.map(({ at }) => at));
    const meanValue = mean(own.map(({ value }) => value));
    for (const { at, value } of own) {
      covariance += (at - meanAt) * (value - meanValue);
      variance += (at - meanAt) ** 2;
    }
  }
  return variance === 0 ? undefined : (covariance / variance) * SECONDS_AN_HOUR;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
