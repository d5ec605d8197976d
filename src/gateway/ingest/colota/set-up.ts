import { inQuery, type PhoneToSetUp, type SetUp } from '../set-up.ts';

/** Colota: settings in a link (https://colota.app/docs/guides/deep-link-setup). It has a field for a token. */
export function setUp({ baseUrl, token }: PhoneToSetUp): SetUp {
  const endpoint = `${baseUrl}/in/colota`;
  const settings = {
    endpoint,
    apiTemplate: 'custom',
    httpMethod: 'POST',
    isOfflineMode: false,
    auth: { type: 'bearer', bearerToken: token },
  };
  const link = `colota://setup?config=${inQuery(settings)}`;
  return {
    link,
    code: link,
    steps: [
      'install Colota (Android), and let it see the location, always',
      'open the link on the phone, or scan the code with its camera, and apply the configuration',
      `or enter it by hand: endpoint ${endpoint}, authentication Bearer token ${token}`,
      'start tracking',
    ],
  };
}
