import { formatConfirm, formatConfirmed } from './messages.ts';

/** What the two ends of a link confirm to each other: that they have the other one's changes. */
export class Confirmations {
  /**
   * For each of this server's changes up to this seq the neighbour has confirmed that it has its record, or a
   * newer one of the client.
   */
  confirmed = 0;
  /** Up to which change the neighbour was asked to confirm. */
  #asked = 0;
  /** Up to which of its changes the neighbour asked this server to confirm; `undefined`: nothing is asked. */
  #owed: number | undefined;

  /** Notes that the neighbour asks whether this server has its changes up to a seq. */
  noteAsked(seq: number): void {
    this.#owed = seq;
  }

  /**
   * Asks the neighbour to confirm what it was sent; nothing where that was asked before. Only to be called when
   * all has been sent: before that, what has changed again since stands further back in the feed, and was not sent
   * at all.
   *
   * @param sent the feed's end
   * @returns what is to be said
   */
  ask(sent: number): string {
    if (sent <= this.#asked) return '';
    this.#asked = sent;
    return formatConfirm(sent);
  }

  /**
   * Confirms what the neighbour asked about: everything that came before the question has been taken in.
   *
   * @returns what is to be said; nothing where nothing was asked
   */
  takeAnswer(): string {
    if (this.#owed === undefined) return '';
    const answer = formatConfirmed(this.#owed);
    this.#owed = undefined;
    return answer;
  }
}
