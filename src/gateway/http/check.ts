import type { z } from 'zod';
import { Problem } from './problems.ts';

/** The most faults of one request that are listed. */
const MAX_FAULTS = 10;

/**
 * What a schema makes of a part of a request.
 *
 * @param where the part: `path`, `query` or `body`
 * @throws {Problem} `invalid-request`, with every fault
 */
export function checked<S extends z.ZodType>(
  schema: S,
  value: unknown,
  where: 'path' | 'query' | 'body',
): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw faultsProblem(faultsOf(parsed.error, where));
}

/** One fault of a request. */
export interface RequestFault {
  /** Where: `query`, `path` or `body`, and the member in it. */
  readonly in: string;
  readonly member: string;
  readonly expected: string;
}

/** The problem that these faults are. */
export function faultsProblem(faults: readonly RequestFault[]): Problem {
  const detail = faults
    .map(({ in: part, member, expected }) => {
      return `${part}${member === '' ? '' : ` ${member}`}: expected ${expected}`;
    })
    .join('; ');
  return new Problem('invalid-request', detail, { errors: faults });
}

function faultsOf({ issues }: z.ZodError, where: string): RequestFault[] {
  return issues.slice(0, MAX_FAULTS).map((issue) => ({
    in: where,
    member: issue.path.map(String).join('.').slice(0, 100),
    expected: expectedOf(issue),
  }));
}

function expectedOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'unrecognized_keys')
    return issue.message.replace(/^Invalid input: expected /, '');
  return `no member ${issue.keys.map((key) => JSON.stringify(key.slice(0, 40))).join(', ')}`;
}
