/**
 * Goal: TLS and client certificates do what they should with each lock service, and whatever is wrong with them is one line
 * with the cure. Method: the real etcd, and the played Consul and Kubernetes behind TLS, with certificates of our own.
 */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { beforeEach, describe, expect, test } from 'vitest';
import type { LockDriver } from '../../src/locks/backend.ts';
import { startConsulServer } from '../../src/sandbox/consul/server.ts';
import { adminOf } from '../../src/sandbox/kubernetes/admin.ts';
import { makeNamespace } from '../../src/sandbox/kubernetes/services.ts';
import { contender } from '../conformance/contender.ts';
import { type Certified, newAuthority } from '../support/certificates.ts';
import { afterwards } from '../support/current-test.ts';
import { etcdOfTest } from '../support/etcd-server.ts';
import { sandboxCluster, writeKubeconfig } from '../support/kubernetes.ts';
import { needs } from '../support/needs.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { failureOf } from './yt/lab.ts';

const never = new AbortController().signal;
const day = 86_400_000;
const company = newAuthority('The company');
const another = newAuthority('Another company');
const own = company.certify({ commonName: '' });
const expired = { notBefore: new Date(Date.now() - 2 * day), notAfter: new Date(Date.now() - day) };

/** A lock service that speaks TLS, and asks for certificates of the company. */
interface Secured {
  readonly url: string;
  /** Where it speaks plain HTTP. */
  readonly plainUrl: string;
  /** Shows another certificate from now on. */
  show(certified: Certified): void;
}

interface Service {
  readonly address: RegExp;
  readonly certificate: RegExp;
  readonly authorities: RegExp;
  open(): Promise<Secured>;
  flags(url: string, authority: string, certified: Certified | null): Readonly<Record<string, string>>;
}

const SERVICES: Readonly<Record<string, Service>> = {
  etcd: {
    address: /etcd_endpoints/,
    certificate: /etcd_cert_file and etcd_private_key_file/,
    authorities: /ca_file/,
    open: openEtcd,
    flags: (url, authority, certified) => ({
      ...{ lock: 'etcd', lock_name: '/watcher/tls', etcd_endpoints: url, ca_file: file('ca.pem', authority) },
      ...pair('etcd', certified),
    }),
  },
  consul: {
    address: /consul_url/,
    certificate: /consul_cert_file and consul_private_key_file/,
    authorities: /ca_file/,
    async open() {
      const server = await startConsulServer({});
      afterwards(() => server.close());
      return behindTls(server.url);
    },
    flags: (url, authority, certified) => ({
      ...{ lock: 'consul', lock_name: 'watcher/tls', consul_url: url, ca_file: file('ca.pem', authority) },
      ...pair('consul', certified),
    }),
  },
  kubernetes: {
    address: /the server of context "dc1"/,
    certificate: /give the user of context "dc1" .* one that it trusts/,
    authorities: /certificate-authority-data/,
    async open() {
      const cluster = await sandboxCluster();
      await makeNamespace(adminOf(cluster), 'balancers');
      return behindTls(cluster.url);
    },
    flags: (url, authority, certified) => ({
      ...{ lock: 'kubernetes', lock_name: 'balancers/mslb' },
      kubeconfig: writeKubeconfig({
        cluster: { server: url, 'certificate-authority-data': base64(authority) },
        user: {
          token: 'watcher-token',
          ...(certified && {
            'client-certificate-data': base64(certified.certificate),
            'client-key-data': base64(certified.key),
          }),
        },
      }),
    }),
  },
};

async function openEtcd(): Promise<Secured> {
  needs('etcd', 'etcdctl');
  const folder = tempFolder();
  const at = (name: string): string => join(folder, name);
  // It reads them anew for each connection.
  const show = ({ certificate, key }: Certified): void => {
    writeFileSync(at('server.pem'), certificate);
    writeFileSync(at('server.key'), key);
  };
  show(company.certify());
  writeFileSync(at('ca.pem'), company.certificate);
  const { url, healthUrl } = await etcdOfTest({
    secure: [
      ...['--cert-file', at('server.pem'), '--key-file', at('server.key')],
      ...['--trusted-ca-file', at('ca.pem'), '--client-cert-auth'],
    ],
  });
  return { url, plainUrl: healthUrl, show };
}

async function behindTls(plainUrl: string): Promise<Secured> {
  const { port } = new URL(plainUrl);
  const asked = { ca: company.certificate, requestCert: true, rejectUnauthorized: true };
  const contextOf = ({ certificate: cert, key }: Certified) => ({ cert, key, ...asked });
  const server = createServer(contextOf(company.certify()), (client) => {
    const service = connect(Number(port), '127.0.0.1');
    for (const [from, to] of [
      [client, service],
      [service, client],
    ] as const)
      from.on('error', () => to.destroy()).pipe(to);
  }).listen(0, '127.0.0.1');
  afterwards(() => server.close());
  await once(server, 'listening');
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, plainUrl, show: (certified) => server.setSecureContext(contextOf(certified)) };
}

function pair(service: string, certified: Certified | null): Readonly<Record<string, string>> {
  if (certified === null) return {};
  const [cert, key] = [file('cert.pem', certified.certificate), file('key.pem', certified.key)];
  return { [`${service}_cert_file`]: cert, [`${service}_private_key_file`]: key };
}

function file(name: string, text: string): string {
  const path = join(tempFolder(), name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

describe.each(Object.entries(SERVICES))('%s', (_, { address, certificate, authorities, open, flags }) => {
  let service: Secured;

  beforeEach(async () => {
    service = await open();
  });

  async function lockAt(url: string, authority: string, certified: Certified | null): Promise<LockDriver> {
    const lock = await contender('a', flags(url, authority, certified));
    afterwards(() => lock.close());
    return lock;
  }

  test('is locked with a certificate of its own', async () => {
    const lock = await lockAt(service.url, company.certificate, own);
    expect(await lock.requestLock({ reason: 'changed' }, never)).toMatchObject({ standing: 'held' });
    expect(await lock.board.read('brake', never)).toBe(null);
    expect(await lock.releaseLock(null, never)).toEqual({ released: true });
  });

  test('refuses whatever is wrong, in one line with the cure', async () => {
    const { url, plainUrl, show } = service;
    const failureAt = async (...at: Parameters<typeof lockAt>) => {
      const failure = await failureOf((await lockAt(...at)).requestLock({ reason: 'changed' }, never));
      expect(failure.message).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]{20,500}$/u);
      return failure;
    };
    const saying = (...words: readonly RegExp[]) => ({
      kind: 'lockDenied',
      message: expect.toSatisfy((text: string) => words.every((each) => each.test(text))),
    });
    expect(await failureAt(url, company.certificate, null)).toEqual(saying(certificate));
    for (const stranger of [another.certify(), company.certify(expired)]) {
      // Who listens behind TLS for the played ones hangs up without a word.
      const { message } = await failureAt(url, company.certificate, stranger);
      expect(message).toMatch(certificate);
    }
    expect(await failureAt(url, another.certificate, own)).toEqual(saying(authorities));
    const { message } = await failureAt(url.replace('https:', 'http:'), company.certificate, own);
    expect(message).toMatch(address);
    expect(message).toContain(`if that goes on, set `);
    expect(message).toContain(`: ${url}`);
    const plain = await failureAt(plainUrl.replace('http:', 'https:'), company.certificate, own);
    expect(plain).toEqual(saying(address, new RegExp(`: ${plainUrl}$`)));
    show(company.certify(expired));
    expect(await failureAt(url, company.certificate, own)).toEqual(saying(/has expired: renew it on the server/));
  });
});
