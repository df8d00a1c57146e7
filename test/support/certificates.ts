/** Certificates of the tests' own, made when they are needed: none of them can expire by the time a test is run. */
import { createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';

export interface Certified {
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
}

export interface Authority extends Certified {
  /** Signs a certificate for a server. */
  certify(options?: CertificateOptions): Certified;
}

export interface CertificateOptions {
  readonly ip?: string;
  readonly name?: string;
  /** The address where nothing else is said; empty: none. */
  readonly commonName?: string;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

const HOUR_MS = 3_600_000;

/** A company's own authority, which nobody trusts who was not told to. */
export function newAuthority(name = 'Authority of the tests'): Authority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const certificate = issue({
    subject: name,
    publicKey: keys.publicKey,
    issuer: name,
    signer: keys.privateKey,
    isCa: true,
  });
  return {
    certificate,
    key: pemOf(keys.privateKey),
    certify(options = {}) {
      const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const subject = options.commonName ?? options.name ?? options.ip ?? '127.0.0.1';
      const asked = {
        ...options,
        subject,
        publicKey: own.publicKey,
        issuer: name,
        signer: keys.privateKey,
        isCa: false,
      };
      return { certificate: issue(asked), key: pemOf(own.privateKey) };
    },
  };
}

interface Issue extends CertificateOptions {
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly issuer: string;
  readonly signer: KeyObject;
  readonly isCa: boolean;
}

function issue({
  subject,
  publicKey,
  issuer,
  signer,
  isCa,
  ip = '127.0.0.1',
  name,
  notBefore,
  notAfter,
}: Issue): string {
  const now = Date.now();
  const algorithm = der(SEQUENCE, oid('2a8648ce3d040302'));
  const names = name === undefined ? der(0x87, Buffer.from(ip.split('.').map(Number))) : der(0x82, Buffer.from(name));
  const extensions = [
    extension('551d13', der(SEQUENCE, ...(isCa ? [der(0x01, Buffer.from([0xff]))] : []))),
    ...(isCa ? [] : [extension('551d11', der(SEQUENCE, names))]),
  ];
  const body = der(
    SEQUENCE,
    der(0xa0, der(INTEGER, Buffer.from([2]))),
    der(INTEGER, Buffer.from([1, ...randomBytes(8)])),
    algorithm,
    nameOf(issuer),
    der(SEQUENCE, time(notBefore ?? new Date(now - HOUR_MS)), time(notAfter ?? new Date(now + 24 * HOUR_MS))),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(SEQUENCE, ...extensions)),
  );
  const signature = createSign('SHA256').update(body).sign(signer);
  const whole = der(SEQUENCE, body, algorithm, der(0x03, Buffer.from([0]), signature));
  const lines = whole.toString('base64').replace(/.{64}/g, '$&\n').trimEnd();
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

const INTEGER = 0x02;
const SEQUENCE = 0x30;

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

function nameOf(text: string): Buffer {
  return der(SEQUENCE, der(0x31, der(SEQUENCE, oid('550403'), der(0x0c, Buffer.from(text)))));
}

function extension(id: string, value: Buffer): Buffer {
  return der(SEQUENCE, oid(id), der(0x04, value));
}

function time(at: Date): Buffer {
  return der(0x18, Buffer.from(`${at.toISOString().replace(/\D/g, '').slice(0, 14)}Z`));
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
