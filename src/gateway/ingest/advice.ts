/** What to do about what came from a phone and was not stored, by its reason: as in the log, or the code of a problem. */
export const PHONE_ADVICE: Readonly<Record<string, string>> = {
  'no-position': 'it says nothing of where the phone is: let the app see the location, always',
  'invalid-position': 'latitude or longitude are none: check the template in the app',
  'other-message': 'it is no location: have the app report where it is',
  encrypted: 'it is encrypted: give the token the passphrase of the app, or take it out of the app',
  'not-decrypted': 'it is encrypted with another passphrase than that of the token',
  'not-understood': 'no message of this app: the path has to have the name of the app that sends',
  'no-device': 'neither the token nor the app says whose phone it is: take a token for one client',
  'invalid-device':
    'the app calls the phone what no client can be called: take a token for one client',
  'invalid-time': 'its time is none: check the clock of the phone',
  'too-large': 'it is too large: have the app send less at once',
  unauthorized: 'its token is not good: set the phone up anew, or see proxy-herd token list',
  forbidden: 'its token is for other clients: set the phone up anew',
  'too-many-requests': 'it sends too often: see clientLimits.rate',
  full: 'there is no room for a further client: see maxClients and maxMemory',
  'not-acknowledged': 'what acknowledge promises cannot be kept at the moment: see the log',
};
