import { lockKey } from '../../config/key.ts';
import { bothOrNone } from '../../config/relation.ts';
import { orNone, path, serverAddresses, text } from '../../config/value-types.ts';
import { certificateKeys, readCertificate } from '../../credentials/client-certificate.ts';
import { secretsIn } from '../../credentials/secrets-in.ts';
import { showSecret } from '../../credentials/shown-secret.ts';
import { Failed } from '../../failure.ts';
import type { SecretFiles } from '../../files/secret-files.ts';
import { formatOpenWay } from '../../http/base-address.ts';
import type { HttpClient } from '../../http/client.ts';
import type { LockBackend, LockContext } from '../backend.ts';
import { type LockName, lockNameKey, lockNameRelation } from '../lock-name.ts';
import { readPassword } from './credentials.ts';
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

const certificate = certificateKeys(lockKey, {
  service: 'etcd',
  called: 'etcd',
  more: '; it must have no CommonName',
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
    etcdCertFile: certificate.certFile,
    etcdPrivateKeyFile: certificate.privateKeyFile,
  },
  relations: [
    lockNameRelation({
      lock: 'etcd',
      example: '/watcher/testing/mslb',
      isRight: (name) => /^\/?[^/\s]+(\/[^/\s]+)*$/.test(name) && Buffer.byteLength(name) <= 1_000,
      expected: 'a key prefix without spaces, without an empty part and without a slash at its end',
    }),
    bothOrNone('etcdUser', 'etcdPasswordFile'),
    bothOrNone('etcdCertFile', 'etcdPrivateKeyFile'),
    {
      fields: ['lockLeaseMs'],
      holds: ({ lockLeaseMs }) => lockLeaseMs >= SHORTEST_LEASE_MS,
      say: (show) => `${show('lockLeaseMs')} is too short for etcd, which keeps no lease for less than 2s`,
    },
  ],
  files: { reads: ['etcdPasswordFile', 'etcdCertFile', 'etcdPrivateKeyFile'] },
  async secrets({ etcdPasswordFile, etcdPrivateKeyFile }, files) {
    return secretsIn([
      etcdPasswordFile === null ? null : readPassword(etcdPasswordFile, files),
      etcdPrivateKeyFile === null ? null : files.read(etcdPrivateKeyFile),
    ]);
  },
  async ready(own, files) {
    if (own.etcdPasswordFile !== null) await readPassword(own.etcdPasswordFile, files);
    await certificateOf(own, files);
  },
  nameOfLock: 'lockName',
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
    const openWay = formatOpenWay('etcd_endpoints', endpoints, 'password');
    for (const line of isNoted ? [] : [...notes, openWay]) if (line !== null) note(line);
    isNoted = true;
    return secret;
  }

  const { current, refused } = showSecret(password, () => secretFiles.refused(file));
  return { name, password: current, refused };
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

function certificateOf({ etcdCertFile, etcdPrivateKeyFile }: EtcdSettings, files: SecretFiles) {
  const own = { certFile: etcdCertFile, privateKeyFile: etcdPrivateKeyFile };
  return readCertificate({ keys: certificate, ...own, failure: 'lockDenied' }, files);
}
