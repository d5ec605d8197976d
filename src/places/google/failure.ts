import { z } from 'zod';

import type { FailedAnswer } from '../ask-upstream.ts';
import { waitOf } from '../../protocol/retry-after.ts';
import type { FailedStatus } from '../provider.ts';
import type { UpstreamFailure } from '../upstream-error.ts';

/** Google's canonical codes in the words of its legacy Places API; any other is `UNKNOWN_ERROR`. */
const STATUSES: ReadonlyMap<string, FailedStatus> = new Map([
  ['INVALID_ARGUMENT', 'INVALID_REQUEST'],
  ['FAILED_PRECONDITION', 'INVALID_REQUEST'],
  ['OUT_OF_RANGE', 'INVALID_REQUEST'],
  ['NOT_FOUND', 'INVALID_REQUEST'],
  ['UNAUTHENTICATED', 'REQUEST_DENIED'],
  ['PERMISSION_DENIED', 'REQUEST_DENIED'],
  ['RESOURCE_EXHAUSTED', 'OVER_QUERY_LIMIT'],
]);

/** The reasons of an `INVALID_ARGUMENT` that are the key's fault and not the request's. */
const KEY_REASON = /^API_KEY_/;

const KEY_REMEDY =
  "Check the key, its restrictions, and that Places API (New) and billing are enabled for the key's project.";

/** What else is in it differs from one error to the next: what is not understood is left out. */
const detailSchema = z.object({
  reason: z.string().optional().catch(undefined),
  retryDelay: z.string().optional().catch(undefined),
});

const errorSchema = z.object({
  error: z.object({
    message: z.string().optional().catch(undefined),
    status: z.string().optional().catch(undefined),
    details: z.array(detailSchema).catch([]),
  }),
});

/** Some of Google's servers put the error into an array, as where answers come in a stream. */
const errorBodySchema = z.union([errorSchema, z.tuple([errorSchema], z.unknown())]);

/**
 * Adds what Google's error body says, where the answer has one.
 *
 * @param keyRemedy what to do where Google refuses
 * @see https://cloud.google.com/apis/design/errors
 */
export function explainFailure(
  failure: UpstreamFailure,
  answer: FailedAnswer,
  keyRemedy = KEY_REMEDY,
): UpstreamFailure {
  const { data } = errorBodySchema.safeParse(answer.json);
  if (data === undefined) return failure;
  const { error } = Array.isArray(data) ? data[0] : data;
  const { message = failure.message, status: code, details } = error;
  const reasons = details.flatMap(({ reason }) => reason ?? []);
  const status = reasons.some((reason) => KEY_REASON.test(reason))
    ? 'REQUEST_DENIED'
    : (STATUSES.get(code ?? '') ?? failure.status);
  const said = [`HTTP status ${answer.httpStatus}`, code ?? 'no status', ...reasons].join(', ');
  const [retryDelay] = details.flatMap(({ retryDelay }) => retryDelay ?? []);
  return {
    ...failure,
    status,
    message,
    detail: status === 'REQUEST_DENIED' ? `${said}. ${keyRemedy}` : `${said}.`,
    retryAfterMs: failure.retryAfterMs ?? parseDelay(retryDelay),
  };
}

/** A duration as Protocol Buffers' JSON has it, `3.5s`, in milliseconds. */
function parseDelay(text: string | undefined): number | undefined {
  const [, seconds] = /^(\d+(?:\.\d+)?)s$/.exec(text ?? '') ?? [];
  return seconds === undefined ? undefined : waitOf(Number(seconds) * 1000);
}
