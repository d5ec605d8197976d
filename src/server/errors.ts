/** Which of a server's ports: the one for clients, the one for neighbours, or the HTTP gateway. */
import type { Address } from '../transport/address.ts';
export type PortKind = 'clients' | 'peers' | 'gateway';

export type ListenErrorCode =
  | 'ADDRESS_IN_USE' // another process listens there
  | 'ADDRESS_UNAVAILABLE' // this machine has no such address, or the name is not known
  | 'ADDRESS_FORBIDDEN' // this user may not listen there
  | 'LISTEN_FAILED';

/** A port cannot be listened on. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly code: ListenErrorCode;
  readonly server: string;
  readonly port: PortKind;
  readonly address: Address;

  constructor(server: string, port: PortKind, address: Address, cause: NodeJS.ErrnoException) {
    super(
      `${server} cannot listen for ${port} on ${address.host}:${address.port}: ${cause.message}`,
      {
        cause,
      },
    );
    this.code = listenErrorCode(cause.code);
    this.server = server;
    this.port = port;
    this.address = address;
  }
}

function listenErrorCode(code: string | undefined): ListenErrorCode {
  switch (code) {
    case 'EADDRINUSE':
      return 'ADDRESS_IN_USE';
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'ADDRESS_UNAVAILABLE';
    case 'EACCES':
    case 'EPERM':
      return 'ADDRESS_FORBIDDEN';
    default:
      return 'LISTEN_FAILED';
  }
}

/** The longest part of a wrong value that an error shows, in characters. */
const SHOWN_CHARACTERS = 80;

/** An option of a server is not what it has to be. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
  readonly code = 'OPTION_INVALID';
  /** Which: `name`, `neighbours[1].peers.port`. */
  readonly option: string;

  constructor(option: string, found: unknown, expected: string) {
    const text = typeof found === 'string' ? JSON.stringify(found) : String(found);
    super(`${option}: found ${text.slice(0, SHOWN_CHARACTERS)}, expected ${expected}`);
    this.option = option;
  }
}

/** The log file cannot be opened. */
export class LogError extends Error {
  override readonly name = 'LogError';
  readonly code = 'LOG_UNWRITABLE';

  constructor(file: string, cause: Error) {
    super(`the log ${file} cannot be written: ${cause.message}`, { cause });
  }
}
