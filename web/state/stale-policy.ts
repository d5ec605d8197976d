import { servers } from './connection.ts';

/** Only a page that is as young as this is loaded again, in milliseconds: in an older one somebody may be at work. */
const YOUNG_MS = 60_000;
/** Where it is kept that this was done, so that it is not done again and again. */
const KEY = 'proxy-herd.loaded-again';

/**
 * Loads the page again where its content security policy does not know a gateway of the herd: it names those that were known
 * when the page was loaded, which are not all while the herd is starting.
 */
export function reloadWherePolicyIsStale(): void {
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
    if (effectiveDirective !== 'connect-src' || performance.now() > YOUNG_MS) return;
    const isOfHerd = servers.peek().some((server) => blockedURI.startsWith(server));
    if (!isOfHerd || sessionStorage.getItem(KEY) !== null) return;
    sessionStorage.setItem(KEY, 'yes');
    location.reload();
  });
}
