/** What to do about what came from a phone and was not stored, by its reason: as in the log, or the code of a problem. */
export const PHONE_ADVICE: Readonly<Record<string, string>> = {
  'no-position': 'it has no position: always allow the app to see the location',
  'invalid-position': 'its latitude or longitude is invalid: check the template in the app',
  'other-message': 'it is not a location: have the app report its position',
  encrypted:
    'it is encrypted: give the token the passphrase of the app, or remove the passphrase from the app',
  'not-decrypted': 'it is encrypted with a passphrase other than that of the token',
  'not-understood':
    'it is not a message of this app: the path must contain the name of the app that sends',
  'no-device': 'neither the token nor the app says whose phone it is: use a token for one client',
  'invalid-device': 'the app gives the phone an invalid client ID: use a token for one client',
  'invalid-time': 'its time is invalid: check the clock of the phone',
  'too-large': 'it is too large: have the app send less at once',
  unauthorized: 'its token is not valid: set the phone up again, or see proxy-herd token list',
  forbidden: 'its token is for other clients: set the phone up again',
  'too-many-requests': 'it sends too often: see clientLimits.rate',
  full: 'there is no room for a further client: see maxClients and maxMemory',
  'not-acknowledged': 'the promise of acknowledge cannot be kept at the moment: see the log',
};
