import { lockKey } from '../../config/key.ts';
import type { Relation } from '../../config/relation.ts';
import { orNone, path, serverAddresses, text } from '../../config/value-types.ts';
import { Failed } from '../../failure.ts';
import type { SecretFiles } from '../../files/secret-files.ts';
import { isReadableOnTheWay } from '../../http/base-address.ts';
import type { HttpClient } from '../../http/client.ts';
import type { LockBackend, LockContext } from '../backend.ts';
import { type LockName, lockNameKey, lockNameRelation } from '../lock-name.ts';
import { readCertificate, readPassword } from './credentials.ts';
import { createEtcdLock } from './lock.ts';
import type { User } from './tokens.ts';

export interface EtcdSettings extends LockName {
  readonly etcdEndpoints: readonly string[];
  readonly etcdUser: string | null;
  readonly etcdPasswordFile: string | null;
  readonly etcdCertFile: string | null;
  readonly etcdPrivateKeyFile: string | null;
}

/** Lock requests are small, and few at a time. */
const HTTP_LIMITS = { maxBytes: 1024 * 1024, maxConcurrent: 8 };

/** etcd makes a shorter lease this long with the election timeout that it has by default. */
const SHORTEST_LEASE_MS = 2_000;

const pair = (one: keyof EtcdSettings & string, other: keyof EtcdSettings & string): Relation<EtcdSettings> => ({
  fields: [one, other],
  holds: (settings) => (settings[one] === null) === (settings[other] === null),
  say: (show) => `${show(one)} and ${show(other)} are only of use together: set both, or none`,
});

/** etcd: the line of `etcdctl lock`, by the JSON gateway. */
export const etcd: LockBackend<EtcdSettings> = {
  keys: {
    lockName: lockNameKey,
    etcdEndpoints: lockKey('etcd_endpoints', serverAddresses, 'http://127.0.0.1:2379', {
      doc: 'The servers of the etcd cluster, as a list or with commas; who fails is left for the next one.',
    }),
    etcdUser: lockKey('etcd_user', orNone(text('name')), 'none', {
      doc: 'The user of etcd, where it knows users.',
    }),
    etcdPasswordFile: lockKey('etcd_password_file', orNone(path), 'none', {
      doc: 'File with the password of etcd_user on one line.',
    }),
    etcdCertFile: lockKey('etcd_cert_file', orNone(path), 'none', {
      doc: 'Client certificate in PEM, where etcd asks for one; it must have no CommonName.',
    }),
    etcdPrivateKeyFile: lockKey('etcd_private_key_file', orNone(path), 'none', {
      doc: 'The private key of etcd_cert_file, in PEM, without a passphrase.',
    }),
  },
  relations: [
    lockNameRelation({
      lock: 'etcd',
      example: '/watcher/testing/mslb',
      isRight: (name) => /^\/?[^/\s]+(\/[^/\s]+)*$/.test(name) && Buffer.byteLength(name) <= 1_000,
      expected: 'a key prefix without spaces, without an empty part and without a slash at its end',
    }),
    pair('etcdUser', 'etcdPasswordFile'),
    pair('etcdCertFile', 'etcdPrivateKeyFile'),
    {
      fields: ['lockLeaseMs'],
      holds: ({ lockLeaseMs }) => lockLeaseMs >= SHORTEST_LEASE_MS,
      say: (show) => `${show('lockLeaseMs')} is too short for etcd, which keeps no lease for less than 2s`,
    },
  ],
  files: { reads: ['etcdPasswordFile', 'etcdCertFile', 'etcdPrivateKeyFile'] },
  async secrets({ etcdPasswordFile, etcdPrivateKeyFile }, files) {
    const found = [
      etcdPasswordFile === null ? null : readPassword(etcdPasswordFile, files),
      etcdPrivateKeyFile === null ? null : files.read(etcdPrivateKeyFile),
    ];
    const texts = await Promise.all(found.map(async (each) => (await each?.catch(() => null))?.text.trim() ?? ''));
    return texts.filter((each) => each !== '');
  },
  async ready(own, files) {
    if (own.etcdPasswordFile !== null) await readPassword(own.etcdPasswordFile, files);
    await certificateOf(own, files);
  },
  describe: ({ lockName, etcdEndpoints }) => `etcd ${lockName} at ${etcdEndpoints.join(', ')}`,
  create(own, context) {
    const { lockName: name, etcdEndpoints: endpoints } = own;
    if (name === null) throw new Failed('lockDenied', 'lock_name: the lock has no name');
    const { leaseMs, identity, note } = context;
    return createEtcdLock({
      endpoints,
      name,
      user: userOf(own, context),
      leaseMs,
      identity,
      client: clientOf(own, context),
      note,
    });
  },
};

function userOf(
  { etcdUser: name, etcdPasswordFile: file, etcdEndpoints: endpoints }: EtcdSettings,
  { secretFiles, note }: LockContext,
): User | null {
  if (name === null || file === null) return null;
  let isNoted = false;

  async function password(): Promise<string> {
    const { text: secret, notes } = await readPassword(file!, secretFiles);
    const open = endpoints.filter(isReadableOnTheWay);
    if (!isNoted) {
      for (const line of notes) note(line);
      if (open.length > 0)
        note(
          `etcd_endpoints: the password travels to ${open.join(', ')} in clear text: use https:// if etcd serves it`,
        );
    }
    isNoted = true;
    return secret;
  }

  return { name, password };
}

/** Made when it is first needed, for the certificate must be read before. */
function clientOf(own: EtcdSettings, { http, secretFiles, note }: LockContext): () => Promise<HttpClient> {
  let made: Promise<HttpClient> | null = null;

  async function make(): Promise<HttpClient> {
    const read = await certificateOf(own, secretFiles);
    for (const line of read?.notes ?? []) note(line);
    return http.client(read === null ? HTTP_LIMITS : { ...HTTP_LIMITS, certificate: read.certificate });
  }

  return () => {
    made ??= make();
    return made;
  };
}

async function certificateOf(
  { etcdCertFile: certFile, etcdPrivateKeyFile: keyFile }: EtcdSettings,
  files: SecretFiles,
) {
  return certFile === null || keyFile === null ? null : readCertificate({ certFile, keyFile }, files);
}
