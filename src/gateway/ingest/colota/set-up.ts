import { idQuery, inQuery, type PhoneToSetUp, type SetUp } from '../set-up.ts';

/** Colota: settings in a link (https://colota.app/docs/guides/deep-link-setup). It has a field for a token. */
export function setUp(phone: PhoneToSetUp): SetUp {
  const { baseUrl, token } = phone;
  const endpoint = `${baseUrl}/in/colota${idQuery(phone)}`;
  const settings = {
    endpoint,
    apiTemplate: 'custom',
    httpMethod: 'POST',
    isOfflineMode: false,
    ...(token === undefined ? {} : { auth: { type: 'bearer', bearerToken: token } }),
  };
  const bearer = token === undefined ? '' : `, authentication Bearer token ${token}`;
  const link = `colota://setup?config=${inQuery(settings)}`;
  return {
    link,
    code: link,
    steps: [
      'install Colota (Android), and let it see the location, always',
      'open the link on the phone, or scan the code with its camera, and apply the configuration',
      `or enter it by hand: endpoint ${endpoint}${bearer}`,
      'start tracking',
    ],
  };
}
