import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { test } from 'node:test';
import { Authority } from '../support/certificate.ts';
import { TestClient } from '../support/client.ts';
import { OwnServer } from '../support/own-server.ts';

const gateway = { host: '127.0.0.1', port: 0 };

test('a gateway speaks HTTPS, and takes another certificate while it runs', async () => {
  const [first, second] = [new Authority('first'), new Authority('second')];
  const issue = (authority: Authority) => authority.issue({ name: 'herd', dnsNames: ['herd'] });
  await using server = await OwnServer.start({ gateway, gatewayCertificate: issue(first) });
  const get = async (ca: string): Promise<number> => {
    const asked = { ...server.gateway, path: '/healthz', servername: 'herd', ca, agent: false };
    const sent = request(asked).end();
    const [reply] = (await once(sent, 'response')) as [IncomingMessage];
    reply.resume();
    await once(reply, 'end');
    return reply.statusCode ?? 0;
  };
  assert.equal(await get(first.certificate.cert), 200);
  await assert.rejects(get(second.certificate.cert));
  await using plain = await TestClient.connect(server.gateway);
  plain.send('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n');
  assert.ok(!(await plain.readAll()).includes('ok'));

  server.reload({ gatewayCertificate: issue(second) });
  assert.equal(await get(second.certificate.cert), 200);
  await assert.rejects(get(first.certificate.cert));
  await server.untilLogged({ event: 'certificate-renewed', port: 'gateway' });
  server.reload({ gatewayCertificate: { cert: 'x', key: 'y' } });
  await server.untilLogged({ event: 'certificate-rejected', port: 'gateway' });
  assert.equal(await get(second.certificate.cert), 200);
});
