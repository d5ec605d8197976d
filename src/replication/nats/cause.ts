/** Why something is not possible with the cluster: a stable code, and the same in words. */
export interface BrokerCause {
  readonly code:
    | 'unreachable' // no server of the cluster could be connected to
    | 'closed' // the connection ended or broke
    | 'unauthorized' // the cluster does not accept the credentials
    | 'no-jetstream' // the server has no JetStream, or none for this account
    | 'stream' // a stream could not be made, or is not as it has to be
    | 'consumer' // a stream could not be read
    | 'store'; // a record could not be stored
  readonly detail: string;
}
