import { z } from 'zod';

import { AttributeError } from '../../protocol/attributes.ts';
import type { Instant } from '../../protocol/timestamp.ts';
import type { LocationService, SettledOutcome } from '../../service/location-service.ts';
import { PlainReportError } from '../../service/plain-report.ts';
import { faultsProblem } from '../http/check.ts';
import { Problem, retryAfter } from '../http/problems.ts';
import { attributesSchema, knownSchema, latitudeSchema, longitudeSchema } from './location.ts';
import { parseTime, TIME_EXPECTED } from '../../protocol/time.ts';

/** The members whose digits have to survive. */
export const EXACT_MEMBERS: ReadonlySet<string> = new Set(['time']);

const timeSchema = z
  .union([z.string(), z.number()], { error: TIME_EXPECTED })
  .transform((found, context): Instant => {
    const time = parseTime(String(found));
    if (time !== undefined) return time;
    context.addIssue({ code: 'custom', message: TIME_EXPECTED });
    return z.NEVER;
  })
  .optional()
  .describe(`When the client was there: ${TIME_EXPECTED}; left out: now`);

/** A report without the client that it is of. */
export const reportSchema = z
  .strictObject({
    latitude: latitudeSchema,
    longitude: longitudeSchema,
    time: timeSchema,
    ...knownSchema,
    attributes: attributesSchema,
  })
  .describe('Where a client is');

type ReportValues = z.output<typeof reportSchema>;

/**
 * Takes a report in; done once what the server promises of it is true.
 *
 * @param now the time of a report that has none
 * @throws {Problem} where it is refused
 */
export async function report(
  service: LocationService,
  client: Buffer,
  { latitude, longitude, time, attributes = {}, ...known }: ReportValues,
  now: Instant,
): Promise<void> {
  const all = { ...attributes, ...known };
  try {
    const values = { client, latitude, longitude, time: time ?? now, attributes: all };
    requireTaken(await service.report(values), service);
  } catch (error) {
    if (!(error instanceof PlainReportError || error instanceof AttributeError)) throw error;
    throw faultsProblem([{ in: 'body', member: '', expected: error.message }]);
  }
}

/** @throws {Problem} where a report or a removal was refused, or its promise cannot be kept */
export function requireTaken(
  outcome: SettledOutcome,
  { clients }: Pick<LocationService, 'clients'>,
): void {
  switch (outcome) {
    case 'accepted':
      return;
    case 'too many clients':
      throw new Problem('full', `there are ${clients} clients already, as many as there may be`);
    case 'out of memory':
      throw new Problem('full', 'locations take as much memory as they may');
    case 'not acknowledged': {
      const detail = 'it may not be on disk, or not at the neighbours';
      throw new Problem('not-acknowledged', detail, {}, retryAfter(1));
    }
  }
}
