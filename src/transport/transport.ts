import type { Address } from './address.ts';
import type { ByteStream, StreamListener } from './byte-stream.ts';
import type { Certificate } from './certificate.ts';

/** Where the streams of clients come from: TCP, or what another runtime or a test has instead. */
export interface Transport {
  /** @throws {CertificateError} */
  createServer(parts: StreamServerParts): StreamServer;
}

/** What a server of streams needs. */
export interface StreamServerParts {
  /** With one, streams are TLS. */
  readonly certificate: Certificate | undefined;
  /** After how long without progress of what was written `onStall` is called, in milliseconds. */
  readonly stallMs: () => number;
  /**
   * Asked of each connection before anything else is done with it. What it returns is called when
   * the connection has closed; `undefined`: it is closed at once.
   */
  readonly admit: (remote: Address) => (() => void) | undefined;
  /** Given each stream that is ready, after its handshake; returns the stream's listener. */
  readonly onStream: (stream: ByteStream) => StreamListener;
  /** Called with the reason where a handshake failed. Its connection is closed. */
  readonly onHandshakeFailed: (remote: Address, detail: string) => void;
  /** Called with the reason where a connection could not be accepted. The others go on. */
  readonly onAcceptFailed: (detail: string) => void;
}

/** Lets streams in. */
export interface StreamServer {
  /**
   * @returns the address that is listened on, with the port that the system chose where 0 was asked
   * @throws the system's error where it is not possible to listen
   */
  listen(address: Address): Promise<Address>;
  /**
   * Uses another certificate for new streams; existing ones continue.
   *
   * @throws {CertificateError} and keeps the one it has
   */
  renewCertificate(certificate: Certificate): void;
  /** Listens no more; done when all streams have closed. */
  close(): Promise<void>;
  /** Closes all streams at once, and connections in their handshake. */
  destroyStreams(): void;
}
