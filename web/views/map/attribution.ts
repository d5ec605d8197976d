/** The text of a piece of HTML, of which nothing is loaded or run: a document of its own that is never shown. */
export function htmlToText(html: string): string {
  const parsed = new DOMParser().parseFromString(html, 'text/html');
  return parsed.body.textContent.trim();
}
