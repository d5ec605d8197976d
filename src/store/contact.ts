/** When a server last had all that a neighbour had. */
export interface Contact {
  /** The neighbour's name. */
  readonly name: string;
  /** POSIX seconds by the server's own clock. */
  readonly seconds: number;
}
