/** Two servers that are joined, by name. The order of the two means nothing. */
export type LinkPair = readonly [string, string];

/** The names that are joined to `server`, in the order of `links`. */
export function neighboursOf(server: string, links: readonly LinkPair[]): string[] {
  return links.flatMap(([a, b]) => (a === server ? [b] : b === server ? [a] : []));
}

/**
 * The groups of servers that can reach one another over `links`, each in the order of `servers`.
 * One group means that the herd is connected.
 */
export function connectedGroups(
  servers: readonly string[],
  links: readonly LinkPair[],
): string[][] {
  const groups: string[][] = [];
  const seen = new Set<string>();
  for (const start of servers) {
    if (seen.has(start)) continue;
    const reached = new Set([start]);
    for (const server of reached) {
      for (const next of neighboursOf(server, links)) reached.add(next);
    }
    for (const server of reached) seen.add(server);
    groups.push(servers.filter((server) => reached.has(server)));
  }
  return groups;
}
