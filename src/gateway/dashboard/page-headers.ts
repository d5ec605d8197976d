/** The most gateways that the page may go on to: a header has its bounds. */
const MAX_GATEWAYS = 50;

/**
 * The headers of the page: it loads nothing but its own files, runs nothing else, asks the herd's gateways and those who have the
 * street map alone, and is in no frame of another page. Images of `blob:` and `data:` are what the map draws: it fetches its
 * pictures, so that they are a matter of `connect-src`.
 *
 * @param herdOrigins those of the herd's gateways
 * @param mapOrigins those of the street map
 */
export function pageHeaders(
  herdOrigins: readonly string[],
  mapOrigins: readonly string[],
): Readonly<Record<string, string>> {
  const others = new Set([...herdOrigins.slice(0, MAX_GATEWAYS), ...mapOrigins]);
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "font-src 'self'",
    ['connect-src', "'self'", ...others].join(' '),
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    'content-security-policy': policy.join('; '),
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  };
}
