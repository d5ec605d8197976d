const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** What a link may point to: a page of the web, by any of HTTP's two schemes or by the page's own. */
const WEB_URL = /^(https?:)?\/\//i;

/** A text as HTML, a link where there is a URL of the web for it. */
export function linkTo(text: string, url: string | undefined): string {
  if (url === undefined || !WEB_URL.test(url)) return escapeHtml(text);
  return `<a href="${escapeHtml(url)}">${escapeHtml(text)}</a>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}
