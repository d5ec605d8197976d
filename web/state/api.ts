import { Api } from '../api/client.ts';
import { Gateways } from '../api/gateways.ts';
import { isSignedOut, token } from './session.ts';

/** The gateways of the herd: the page's own, and those that it learns of. */
export const gateways = new Gateways(location.origin);

/** What all views ask. */
export const api = new Api({
  gateways,
  token: () => token.value,
  onUnauthorized: () => {
    isSignedOut.value = true;
  },
});
