import type { FastifyRequest } from 'fastify';

import { parseBaseUrl } from '../../protocol/base-url.ts';
import { Problem } from './problems.ts';

/**
 * Where phones reach a gateway, without a slash at the end: at its `gatewayUrl`, or else where the caller has reached it.
 *
 * @throws {Problem} where the caller does not say where that is
 */
export function baseUrlOf(
  { protocol, headers }: Pick<FastifyRequest, 'protocol' | 'headers'>,
  gatewayUrl: string | undefined,
): string {
  const baseUrl = gatewayUrl ?? parseBaseUrl(`${protocol}://${headers.host ?? ''}`);
  if (baseUrl !== undefined) return baseUrl;
  throw new Problem('invalid-request', 'expected a Host header, or a gatewayUrl in herd.yaml');
}
