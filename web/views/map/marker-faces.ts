/** The pictures of clients, as a canvas takes them. */
export class MarkerFaces {
  /** By client, with the URL that each is of. */
  readonly #images = new Map<string, HTMLImageElement>();

  /**
   * The picture of a client.
   *
   * @param url where it is; `undefined`: the client has none
   * @returns `undefined` where there is none, where it is not there yet, and where it is no picture
   */
  of(client: string, url: string | undefined): HTMLImageElement | undefined {
    if (url === undefined) {
      this.#images.delete(client);
      return undefined;
    }
    let image = this.#images.get(client);
    if (image?.src !== url) {
      image = new Image();
      image.src = url;
      this.#images.set(client, image);
    }
    return image.complete && image.naturalWidth > 0 ? image : undefined;
  }
}
