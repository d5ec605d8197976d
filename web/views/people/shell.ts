/** A text as one word of a shell. */
export function shellWord(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text) && !text.startsWith('-')) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A client as commands take it, which take patterns as well. */
export function clientWord(client: string): string {
  return shellWord(client.replace(/[*\\]/g, '\\$&'));
}

/** The name of a token for a client, where one can be made of its ID: letters, digits, `_`, `.` and `-`, 64 at most. */
export function tokenName(client: string, purpose: string): string {
  const plain = client.replace(/[^A-Za-z0-9_.-]+/g, '-').replace(/^[-.]+/, '');
  return `${plain.slice(0, 48) || 'client'}-${purpose}`;
}
