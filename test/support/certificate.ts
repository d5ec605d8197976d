import type { Certificate } from '#src/transport/certificate.js';
import { createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** The encodings of ASN.1 (X.690) that a certificate is made of. */
const BOOLEAN = 0x01;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OBJECT_ID = 0x06;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const SEQUENCE = 0x30;
const SET = 0x31;
/** Tags of the context: a certificate's version and extensions, and a DNS name among alternative names. */
const VERSION = 0xa0;
const EXTENSIONS = 0xa3;
const DNS_NAME = 0x82;

const TRUE = Buffer.of(0xff);
const VERSION_3 = Buffer.of(2);

const ECDSA_WITH_SHA256 = Buffer.from('2a8648ce3d040302', 'hex'); // 1.2.840.10045.4.3.2
const COMMON_NAME = Buffer.from('550403', 'hex'); // 2.5.4.3
const ALTERNATIVE_NAME = Buffer.from('551d11', 'hex'); // 2.5.29.17
const BASIC_CONSTRAINTS = Buffer.from('551d13', 'hex'); // 2.5.29.19

/** What a certificate says; where a part is left out, what no test is about. */
interface CertificateSpec {
  /** The common name. */
  readonly name: string;
  /** DNS names among the alternative names. */
  readonly dnsNames?: readonly string[];
  readonly isAuthority?: boolean;
  /** Until when it is valid, in two digits each: year, month, day. */
  readonly validTo?: string;
}

/** Who signs certificates: its own is in `certificate`. */
export class Authority {
  readonly certificate: Certificate;
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
    this.certificate = make({ name, isAuthority: true }, undefined);
  }

  /** A certificate that this authority has signed, made anew at each call, and its key. */
  issue(spec: CertificateSpec): Certificate {
    return make(spec, { name: this.#name, key: this.certificate.key });
  }
}

/** A self-signed certificate of this name, made anew at each call, and its key. */
export function makeCertificate(name: string): Certificate {
  return make({ name }, undefined);
}

/** Makes a certificate (RFC 5280), signed by `issuer`, or by itself. */
function make(
  { name, dnsNames = [], isAuthority = false, validTo = '491231' }: CertificateSpec,
  issuer: { readonly name: string; readonly key: string } | undefined,
): Certificate {
  const { publicKey, privateKey: key } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const algorithm = der(SEQUENCE, der(OBJECT_ID, ECDSA_WITH_SHA256));
  const times = ['200101000000Z', `${validTo}235959Z`].map((time) => der(UTC_TIME, time));
  const content = der(
    SEQUENCE,
    der(VERSION, der(INTEGER, VERSION_3)),
    der(INTEGER, Buffer.of(1), randomBytes(8)),
    algorithm,
    nameOf(issuer?.name ?? name),
    der(SEQUENCE, ...times),
    nameOf(name),
    publicKey,
    der(EXTENSIONS, der(SEQUENCE, ...extensionsOf(dnsNames, isAuthority))),
  );
  const signed = sign('sha256', content, createPrivateKey(issuer?.key ?? key));
  const signature = der(BIT_STRING, Buffer.of(0), signed);
  return { cert: pem(der(SEQUENCE, content, algorithm, signature)), key };
}

function nameOf(commonName: string): Buffer {
  const pair = der(SEQUENCE, der(OBJECT_ID, COMMON_NAME), der(UTF8_STRING, commonName));
  return der(SEQUENCE, der(SET, pair));
}

function extensionsOf(dnsNames: readonly string[], isAuthority: boolean): Buffer[] {
  const constraints = der(SEQUENCE, ...(isAuthority ? [der(BOOLEAN, TRUE)] : []));
  const extensions = [extension(BASIC_CONSTRAINTS, constraints)];
  if (dnsNames.length > 0) {
    const names = dnsNames.map((dnsName) => der(DNS_NAME, dnsName));
    extensions.push(extension(ALTERNATIVE_NAME, der(SEQUENCE, ...names)));
  }
  return extensions;
}

function extension(id: Buffer, value: Buffer): Buffer {
  return der(SEQUENCE, der(OBJECT_ID, id), der(OCTET_STRING, value));
}

function der(tag: number, ...contents: (Buffer | string)[]): Buffer {
  const content = Buffer.concat(contents.map((part) => Buffer.from(part)));
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content)]), content]);
}

/** In the fewest bytes: from 128 on the length is written after how many bytes it takes. */
function lengthOf({ length }: Buffer): number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
