/** The server answered with a problem (RFC 9457), or there was no answer. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** The last part of the problem's type; `no-answer` where there was none. */
  readonly code: string;
  /** Of the answer; 0 where there was none. */
  readonly status: number;

  constructor(code: string, status: number, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.code = code;
    this.status = status;
  }
}

const TYPE_PREFIX = 'urn:proxy-herd:problem:';

/** The problem that an answer tells of. */
export async function problemOf(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => undefined);
  const { type, title, detail } = textsOf(body);
  const code = type.startsWith(TYPE_PREFIX) ? type.slice(TYPE_PREFIX.length) : 'no-problem';
  const told = [title, detail].filter((text) => text !== '').join(': ');
  return new ApiError(code, response.status, told || `the server answered ${response.status}`);
}

function textsOf(body: unknown): { type: string; title: string; detail: string } {
  const texts = { type: '', title: '', detail: '' };
  if (typeof body !== 'object' || body === null) return texts;
  for (const [name, value] of Object.entries(body)) {
    if (typeof value !== 'string') continue;
    if (name === 'type' || name === 'title' || name === 'detail') texts[name] = value;
  }
  return texts;
}
