import type { Certificate } from '#src/transport/certificate.js';
import { createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** The encodings of ASN.1 (X.690) that a certificate is made of. */
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OBJECT_ID = 0x06;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const SEQUENCE = 0x30;
const SET = 0x31;

const ECDSA_WITH_SHA256 = Buffer.from('2a8648ce3d040302', 'hex'); // 1.2.840.10045.4.3.2
const COMMON_NAME = Buffer.from('550403', 'hex'); // 2.5.4.3

/** A self-signed certificate (RFC 5280, version 1) of this name, made anew at each call, and its key. */
export function makeCertificate(name: string): Certificate {
  const { publicKey, privateKey: key } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const algorithm = der(SEQUENCE, der(OBJECT_ID, ECDSA_WITH_SHA256));
  const commonName = der(SEQUENCE, der(OBJECT_ID, COMMON_NAME), der(UTF8_STRING, name));
  const holder = der(SEQUENCE, der(SET, commonName));
  const times = ['200101000000Z', '491231235959Z'].map((time) => der(UTC_TIME, time));
  const validity = der(SEQUENCE, ...times);
  const serial = der(INTEGER, Buffer.of(1), randomBytes(8));
  const content = der(SEQUENCE, serial, algorithm, holder, validity, holder, publicKey);
  const signature = der(BIT_STRING, Buffer.of(0), sign('sha256', content, createPrivateKey(key)));
  return { cert: pem(der(SEQUENCE, content, algorithm, signature)), key };
}

function der(tag: number, ...contents: (Buffer | string)[]): Buffer {
  const content = Buffer.concat(contents.map((part) => Buffer.from(part)));
  const { length } = content;
  // From 128 bytes on the length is written as so many bytes and their count; two are enough here.
  const header = length < 0x80 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(header), content]);
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
