import { type Keys, keyGroup } from '../config/key.ts';
import { bothOrNone, type Relation } from '../config/relation.ts';
import { ascii, orNone, path, serverAddresses } from '../config/value-types.ts';
import { certificateKeys } from '../credentials/client-certificate.ts';

/** How Consul is reached, for the lock and for the source alike. */
export interface ConsulSettings {
  readonly consulUrl: readonly string[];
  readonly consulTokenFile: string | null;
  readonly consulNamespace: string | null;
  readonly consulCertFile: string | null;
  readonly consulPrivateKeyFile: string | null;
}

const consulKey = keyGroup('Consul');

export const consulCertificate = certificateKeys(consulKey, { service: 'consul', called: 'Consul' });

/** The rows of both: whoever is chosen, they mean the same. */
export const consulKeys: Keys<ConsulSettings> = {
  consulUrl: consulKey('consul_url', serverAddresses, 'http://127.0.0.1:8500', {
    doc: 'The agent of Consul, or several as a list or with commas; who fails is left for the next.',
  }),
  consulTokenFile: consulKey('consul_token_file', orNone(path), 'none', {
    doc: 'File with the token of Consul’s ACLs on one line.',
  }),
  consulNamespace: consulKey('consul_namespace', orNone(ascii), 'none', {
    doc: 'The namespace of lock and services, which Consul Enterprise alone has.',
  }),
  consulCertFile: consulCertificate.certFile,
  consulPrivateKeyFile: consulCertificate.privateKeyFile,
};

export const consulRelations: readonly Relation<ConsulSettings>[] = [
  bothOrNone('consulCertFile', 'consulPrivateKeyFile'),
];

/** The settings that name files which are read. */
export const CONSUL_FILES = ['consulTokenFile', 'consulCertFile', 'consulPrivateKeyFile'] as const;
