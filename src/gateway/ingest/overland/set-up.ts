import type { PhoneToSetUp, SetUp } from '../set-up.ts';

/** Overland: a link (https://github.com/aaronpk/Overland-iOS#configuration-by-custom-url). It has a field for a token. */
export function setUp({ baseUrl, token, client }: PhoneToSetUp): SetUp {
  const url = `${baseUrl}/in/overland`;
  const settings = Object.entries({ url, token, device_id: client, unique_id: 'no' });
  const query = settings
    .flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
    )
    .join('&');
  const access = token === undefined ? '' : `, access token ${token}`;
  const link = `overland://setup?${query}`;
  return {
    link,
    code: link,
    steps: [
      'install Overland (iOS), and let it see the location, always',
      'open the link on the phone, or scan the code with its camera',
      `or enter it by hand: receiver endpoint ${url}${access}, device ID ${client}`,
      'switch on tracking, and press Send now',
    ],
  };
}
