import { idQuery, inQuery, type PhoneToSetUp, type SetUp } from '../set-up.ts';

/** HTTP, in OwnTracks' configuration; MQTT is 0. */
const HTTP_MODE = 3;

/**
 * OwnTracks: a configuration in a link (https://owntracks.org/booklet/features/remoteconfig/). It has fields for a
 * user and a password: so the token stays out of the URL.
 */
export function setUp(phone: PhoneToSetUp): SetUp {
  const { baseUrl, token, passphrase, client } = phone;
  const url = `${baseUrl}/in/owntracks${idQuery(phone)}`;
  const user = client.replaceAll(':', '_'); // a colon would end it (RFC 7617); whose phone it is says the token
  const configuration = {
    _type: 'configuration',
    mode: HTTP_MODE,
    url,
    auth: token !== undefined,
    username: user,
    password: token, // left out where there is none
    deviceId: 'phone',
    tid: trackerId(client),
    encryptionKey: passphrase,
  };
  const credentials = token === undefined ? '' : `, user ${user}, password ${token}`;
  const key = passphrase === undefined ? '' : `, encryption key ${passphrase}`;
  const link = `owntracks:///config?inline=${inQuery(configuration)}`;
  return {
    link,
    code: link,
    steps: [
      'install OwnTracks (Android, iOS), and let it see the location, always',
      'open the link on the phone, or scan the code with its camera, and agree to import the configuration',
      `or enter it by hand: mode HTTP, URL ${url}${credentials}${key}`,
      'have it report once, with the button on its map',
    ],
  };
}

/** The two characters that represent the phone on other phones' maps. */
function trackerId(client: string): string {
  return client.replace(/[^\p{L}\p{N}]/gu, '').slice(0, 2) || 'ph';
}
