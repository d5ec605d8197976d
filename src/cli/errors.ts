/** What went wrong, for programs; the exit status follows from it. */
export type CliErrorCode = 'USAGE' | 'CONFIG' | 'FAILED';

/**
 * An error that was foreseen: it is printed in these lines, without a stack trace. `USAGE` and `CONFIG`
 * are wrong before anything was done (exit status 2); `FAILED` is what could not be done (1).
 */
export class CliError extends Error {
  readonly code: CliErrorCode;
  readonly lines: readonly string[];

  constructor(code: CliErrorCode, lines: readonly string[]) {
    super(lines.join('\n'));
    this.name = 'CliError';
    this.code = code;
    this.lines = lines;
  }

  get exitStatus(): number {
    return this.code === 'FAILED' ? 1 : 2;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  ENOSPC: 'the disk is full',
  EROFS: 'the file system is read-only',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'no such host',
  EHOSTUNREACH: 'no way to that host',
  ENETUNREACH: 'no way to that network',
  ETIMEDOUT: 'no answer',
};

/** The code of a failed system call (`ENOENT`), or `undefined` for an error of another kind. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' && /^E[A-Z0-9]+$/.test(error.code) ? error.code : undefined;
}

/** Why a system call failed, in plain words, or `undefined` for an error of another kind. */
export function systemReason(error: unknown): string | undefined {
  const code = systemCode(error);
  return code === undefined ? undefined : (REASONS[code] ?? code);
}
