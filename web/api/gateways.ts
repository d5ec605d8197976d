/**
 * The gateways of the herd that this page may ask: its own first. It stays with one until that fails.
 * A gateway is a URL without a slash at its end; the page's own is the empty text.
 */
export class Gateways {
  #others: readonly string[] = [];
  #current = '';
  readonly #own: string;

  /** @param own the origin of the page */
  constructor(own: string) {
    this.#own = own;
  }

  /** The one to ask. */
  get current(): string {
    return this.#current;
  }

  /** Takes what the herd says its gateways are. */
  learn(urls: readonly string[]): void {
    this.#others = [...new Set(urls)].filter((url) => url !== this.#own).sort();
  }

  /** Goes on to the next, where the one that failed is still the current one. */
  moveOn(failed: string): void {
    if (failed !== this.#current) return;
    const all = ['', ...this.#others];
    this.#current = all[(all.indexOf(failed) + 1) % all.length] ?? '';
  }
}
