import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { describe, test, type TestContext } from 'node:test';
import { connect as connectTls } from 'node:tls';

import type { Address } from '#src/transport/address.js';
import { CertificateProof, type PeerCertificate } from '#src/transport/certificate-proof.js';
import { CertificateError } from '#src/transport/certificate.js';
import type { Channel, ChannelCause, ChannelListener } from '#src/transport/channel.js';
import { LinkKeys } from '#src/transport/link-keys.js';
import type { PeerProof } from '#src/transport/peer-proof.js';
import { SecretProof } from '#src/transport/secret-proof.js';
import { TcpChannels } from '#src/transport/tcp-channels.js';
import { Authority } from '../support/certificate.ts';

const HERD_CA = new Authority('authority of the herd');
const OTHER_CA = new Authority('another authority');
const SECRET = 'a secret of sixteen bytes';

/** A certificate of the herd's authority, and belief in it alone. */
function certificateOf(name: string, more: Parameters<Authority['issue']>[0] = { name }) {
  return { ...HERD_CA.issue(more), authorities: HERD_CA.certificate.cert };
}

function proofOf(server: string, neighbour: string, certificate = certificateOf(server)) {
  return new CertificateProof(server, [neighbour], certificate);
}

/** Server A's, where what is tried is server B, which accepts. */
const A = proofOf('A', 'B');
const B = proofOf('B', 'A');

/** What uses one end of a connection. */
class End extends EventEmitter implements ChannelListener {
  readonly notified: string[] = [];
  cause: ChannelCause | undefined;

  onOpened(): void {
    this.#notify('opened');
  }

  onProven(server: string): void {
    this.#notify(`proven ${server}`);
  }

  onReceived(bytes: Buffer): void {
    this.#notify(`received ${bytes.toString('latin1')}`);
  }

  onDrained(): void {}

  onClosed(cause: ChannelCause): void {
    this.cause = cause;
    this.#notify('closed');
  }

  async untilCalled(what: string): Promise<void> {
    while (!this.notified.includes(what)) await once(this, 'notified');
  }

  #notify(what: string): void {
    this.notified.push(what);
    this.emit('notified');
  }
}

function createChannels(proof: PeerProof | undefined): TcpChannels {
  const channels: TcpChannels = new TcpChannels(proof, () => setImmediate(() => channels.work()));
  return channels;
}

/** Takes connections until the test ends; each has its end in turn. */
async function accept(t: TestContext, proof: PeerProof | undefined, ends: End[]): Promise<Address> {
  const left = [...ends];
  const server = createChannels(proof).createServer(100, (open) => {
    const channel = open(left.shift() ?? new End());
    t.after(() => channel.close());
  });
  t.after(() => void server.close()); // the other ends may close after it
  return server.listen({ host: '127.0.0.1', port: 0 });
}

function dial(t: TestContext, proof: PeerProof | undefined, to: string, address: Address) {
  const end = new End();
  const channel: Channel = createChannels(proof).dial(to, address, end);
  t.after(() => channel.close());
  return { end, channel };
}

/** Links a dialler and an acceptor that do not accept each other; returns both causes. */
async function refused(
  t: TestContext,
  dialler: PeerProof | undefined,
  acceptor: PeerProof | undefined,
): Promise<{ near: ChannelCause; far: ChannelCause }> {
  const far = new End();
  const address = await accept(t, acceptor, [far]);
  const { end: near, channel } = dial(t, dialler, 'B', address);
  // What is sent is not to be received. Without a proof nobody ends the connection before that.
  near.once('notified', () => channel.write(Buffer.from('HELLO\n')));
  await Promise.all([near.untilCalled('closed'), far.untilCalled('closed')]);
  assert.ok(!far.notified.some((what) => what.startsWith('received')), far.notified.join());
  assert.ok(near.cause !== undefined && far.cause !== undefined);
  return { near: near.cause, far: far.cause };
}

const SILENT_END =
  'it ended the connection before it said anything: it may not accept the certificate of A';
const UNKNOWN_AUTHORITY = 'its certificate is of none of the authorities that this server believes';

describe('two servers with certificates', { timeout: 60_000 }, () => {
  test('prove who they are, whatever addresses they have, and talk', async (t) => {
    const far = new End();
    const address = await accept(t, B, [far]);
    const { end: near, channel } = dial(t, A, 'B', address);
    await near.untilCalled('opened');
    channel.write(Buffer.from('to \xff B', 'latin1'));
    await far.untilCalled('received to \xff B');
    assert.deepEqual(far.notified, ['proven A', 'received to \xff B']);
  });

  test('have their names among the alternative names, or else as the common name', async (t) => {
    const dnsNames = ['host.example.org', 'A'];
    const named = certificateOf('A', { name: 'anyone', dnsNames });
    const far = new End();
    const address = await accept(t, B, [far]);
    dial(t, proofOf('A', 'B', named), 'B', address);
    await far.untilCalled('proven A');
    assert.throws(
      () => proofOf('A', 'B', certificateOf('A', { name: 'A', dnsNames: ['host.example.org'] })),
      { code: 'CERTIFICATE_OF_ANOTHER_SERVER' },
    );
  });

  test('speak TLS 1.3 alone', async (t) => {
    const far = new End();
    const address = await accept(t, B, [far]);
    const older = { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' } as const;
    const socket = connectTls({ ...address, ...older, rejectUnauthorized: false });
    t.after(() => socket.destroy());
    socket.on('error', () => {});
    await far.untilCalled('closed');
    assert.equal(far.cause?.code, 'unproven');
    const current = connectTls({ ...address, ...certificateOf('A'), rejectUnauthorized: false });
    t.after(() => current.destroy());
    await once(current, 'secureConnect');
    assert.equal(current.getProtocol(), 'TLSv1.3');
  });

  test('take renewed ones for the links to come, and keep those that are up', async (t) => {
    const renewed = proofOf('B', 'A');
    const [first, second, third] = [new End(), new End(), new End()];
    const address = await accept(t, renewed, [first, second, third]);
    const before = dial(t, A, 'B', address);
    await first.untilCalled('proven A');

    const foreign = { ...OTHER_CA.issue({ name: 'B' }), authorities: OTHER_CA.certificate.cert };
    renewed.renew(foreign);
    const after = dial(t, A, 'B', address);
    await after.end.untilCalled('closed');
    assert.deepEqual(after.end.cause, { code: 'unproven', detail: UNKNOWN_AUTHORITY });

    before.channel.write(Buffer.from('still'));
    await first.untilCalled('received still');

    assert.throws(() => renewed.renew({ ...foreign, authorities: '' }), CertificateError);
    const both = `${HERD_CA.certificate.cert}${OTHER_CA.certificate.cert}`;
    renewed.renew({ ...certificateOf('B'), authorities: both });
    dial(t, A, 'B', address);
    await third.untilCalled('proven A');
  });
});

describe('a connection is refused, and nothing is received on it,', { timeout: 60_000 }, () => {
  const foreign = (name: string, authorities: string): PeerCertificate => ({
    ...OTHER_CA.issue({ name }),
    authorities,
  });

  test('where the dialler has a certificate of another authority', async (t) => {
    const certificate = foreign('A', HERD_CA.certificate.cert);
    const { near, far } = await refused(t, proofOf('A', 'B', certificate), B);
    assert.deepEqual(far, { code: 'unproven', detail: UNKNOWN_AUTHORITY });
    assert.deepEqual(near, { code: 'unproven', detail: SILENT_END });
  });

  test('where the acceptor has a certificate of another authority', async (t) => {
    const certificate = foreign('B', HERD_CA.certificate.cert);
    const { near } = await refused(t, A, proofOf('B', 'A', certificate));
    assert.deepEqual(near, { code: 'unproven', detail: UNKNOWN_AUTHORITY });
  });

  test('where a certificate has signed itself', async (t) => {
    const own = new Authority('A').certificate;
    const certificate = { ...own, authorities: HERD_CA.certificate.cert };
    const { far } = await refused(t, proofOf('A', 'B', certificate), B);
    assert.deepEqual(far, { code: 'unproven', detail: UNKNOWN_AUTHORITY });
  });

  test('where the dialler is no neighbour', async (t) => {
    const { near, far } = await refused(t, proofOf('Z', 'B'), B);
    const detail = 'its certificate is of CN=Z, no neighbour of B';
    assert.deepEqual(far, { code: 'unproven', detail });
    assert.equal(near.code, 'unproven');
  });

  test('where another server answers than the one that was dialled', async (t) => {
    const { near } = await refused(t, A, proofOf('C', 'A'));
    const detail = 'it is B that was dialled, and CN=C that answers';
    assert.deepEqual(near, { code: 'unproven', detail });
  });

  test('where one certificate is of two neighbours', async (t) => {
    const certificate = certificateOf('A', { name: 'A', dnsNames: ['A', 'C'] });
    const b = new CertificateProof('B', ['A', 'C'], certificateOf('B'));
    const { far } = await refused(t, proofOf('A', 'B', certificate), b);
    const detail = 'its certificate is of both A and C, expected one of them';
    assert.deepEqual(far, { code: 'unproven', detail });
  });

  test('where a certificate has expired', async (t) => {
    const expired = (name: string) => certificateOf(name, { name, validTo: '210101' });
    const detail = 'its certificate has expired';
    const first = await refused(t, proofOf('A', 'B', expired('A')), B);
    assert.deepEqual(first.far, { code: 'unproven', detail });
    const second = await refused(t, A, proofOf('B', 'A', expired('B')));
    assert.deepEqual(second.near, { code: 'unproven', detail });
  });

  test('where one end speaks no TLS', async (t) => {
    const detail = 'it does not speak TLS: it may be configured without a certificate';
    const far = new End();
    const address = await accept(t, B, [far]);
    const { channel } = dial(t, undefined, 'B', address);
    channel.write(Buffer.from('HELLO proxy-herd/1.0 herd A epoch - 0\n'));
    await far.untilCalled('closed');
    assert.deepEqual(far.notified, ['closed']);
    assert.deepEqual(far.cause, { code: 'unproven', detail });
  });

  test('where the dialler has a secret instead', async (t) => {
    const secret = new SecretProof(new LinkKeys('herd', 'A', ['B'], [SECRET]));
    // The dialler ends the handshake, so the other end has no verdict.
    const { near } = await refused(t, secret, B);
    const detail = 'it shows a certificate instead of the secret';
    assert.deepEqual(near, { code: 'unproven', detail });
  });

  test('where the acceptor has a secret instead', async (t) => {
    const secret = new SecretProof(new LinkKeys('herd', 'B', ['A'], [SECRET]));
    const { near, far } = await refused(t, A, secret);
    assert.deepEqual(near, {
      code: 'unproven',
      detail: 'it refuses the proof: it may be configured with a secret instead of certificates',
    });
    assert.equal(far.code, 'unproven');
  });
});

describe('a certificate is refused by its own server', () => {
  const cases: [what: string, certificate: PeerCertificate, code: string][] = [
    ['of another name', certificateOf('C'), 'CERTIFICATE_OF_ANOTHER_SERVER'],
    ['of a name in other letters', certificateOf('a'), 'CERTIFICATE_OF_ANOTHER_SERVER'],
    ['with a wildcard', certificateOf('*'), 'CERTIFICATE_OF_ANOTHER_SERVER'],
    [
      "of a neighbour's name as well",
      certificateOf('A', { name: 'A', dnsNames: ['A', 'B'] }),
      'CERTIFICATE_OF_ANOTHER_SERVER',
    ],
    [
      'with the key of another',
      { ...certificateOf('A'), key: certificateOf('A').key },
      'KEY_OF_ANOTHER_CERTIFICATE',
    ],
    [
      'without authorities',
      { ...certificateOf('A'), authorities: 'none' },
      'AUTHORITIES_UNREADABLE',
    ],
    [
      'with half an authority',
      {
        ...certificateOf('A'),
        authorities: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
      },
      'AUTHORITIES_UNREADABLE',
    ],
  ];
  for (const [what, certificate, code] of cases) {
    test(what, () => {
      assert.throws(() => proofOf('A', 'B', certificate), { name: 'CertificateError', code });
    });
  }
});
