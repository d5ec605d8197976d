import { createHash } from 'node:crypto';
import { type Authenticator, credsAuthenticator, nkeys } from '@nats-io/transport-node';

type KeyPair = ReturnType<typeof nkeys.createUser>;

/** An account of a NATS server in operator mode, with one user. */
interface NatsAccount {
  /** What a NATS server has to be given to know it. */
  readonly configuration: string;
  /** The `.creds` file of its user. */
  readonly credentials: string;
  readonly authenticator: Authenticator;
}

/** Of what there may be any number. */
const ANY = -1;

/** Makes an operator, an account with JetStream and its user: https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro/jwt */
export function makeAccount(): NatsAccount {
  const [operator, system, account] = [
    nkeys.createOperator(),
    nkeys.createAccount(),
    nkeys.createAccount(),
  ];
  const user = nkeys.createUser();
  const connections = { subs: ANY, data: ANY, payload: ANY };
  const limits = { ...connections, imports: ANY, exports: ANY, wildcards: true, conn: ANY };
  const jetstream = { mem_storage: ANY, disk_storage: ANY, streams: ANY, consumer: ANY };
  const operatorJwt = signJwt(operator, operator, { type: 'operator' });
  const systemJwt = signJwt(operator, system, { type: 'account', limits });
  const accountJwt = signJwt(operator, account, {
    type: 'account',
    limits: { ...limits, ...jetstream },
  });
  const userJwt = signJwt(account, user, { type: 'user', ...connections });
  const seed = new TextDecoder().decode(user.getSeed());
  const credentials = [
    '-----BEGIN NATS USER JWT-----',
    userJwt,
    '------END NATS USER JWT------',
    '',
    '-----BEGIN USER NKEY SEED-----',
    seed,
    '------END USER NKEY SEED------',
    '',
  ].join('\n');
  const configuration = `
    operator: ${operatorJwt}
    system_account: ${system.getPublicKey()}
    resolver: MEMORY
    resolver_preload: {
      ${system.getPublicKey()}: ${systemJwt}
      ${account.getPublicKey()}: ${accountJwt}
    }
  `;
  const authenticator = credsAuthenticator(new TextEncoder().encode(credentials));
  return { configuration, credentials, authenticator };
}

/** A JWT by which an issuer vouches for a subject, as NATS has them. */
function signJwt(issuer: KeyPair, subject: KeyPair, nats: object): string {
  const claims = {
    iat: Math.floor(Date.now() / 1000),
    iss: issuer.getPublicKey(),
    name: 'test',
    sub: subject.getPublicKey(),
    nats: { ...nats, version: 2 },
  };
  const jti = createHash('sha256').update(JSON.stringify(claims)).digest('hex');
  const encode = (value: object): string =>
    Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${encode({ typ: 'JWT', alg: 'ed25519-nkey' })}.${encode({ jti, ...claims })}`;
  return `${text}.${Buffer.from(issuer.sign(Buffer.from(text))).toString('base64url')}`;
}
