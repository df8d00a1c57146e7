import { sourceKey } from '../../config/key.ts';
import { ascii, duration, oneOf, orNone } from '../../config/value-types.ts';
import { checkCredentials, consulSecrets, createAccess } from '../../consul/access.ts';
import { CONSUL_FILES, type ConsulSettings, consulKeys, consulRelations } from '../../consul/settings.ts';
import type { SourceBackend } from '../backend.ts';
import { CONSISTENCIES, type Consistency } from './question.ts';
import { createConsulSource } from './source.ts';
import { HEALTHS, type Health } from './well.ts';

export interface ConsulSourceSettings extends ConsulSettings {
  readonly consulHealth: Health;
  readonly consulNameMeta: string | null;
  readonly consulConsistency: Consistency;
  readonly consulMaxStaleMs: number;
}

/** Consul's catalog, by the health of its services. */
export const consul: SourceBackend<ConsulSourceSettings> = {
  keys: {
    ...consulKeys,
    consulHealth: sourceKey('consul_health', oneOf(HEALTHS), 'passing', {
      doc: 'Which instances count: passing, those with a warning as well, or any.',
    }),
    consulNameMeta: sourceKey('consul_name_meta', orNone(ascii), 'none', {
      doc: 'Key of a service’s metadata with the pod’s lasting host name; none: the name of its node.',
    }),
    consulConsistency: sourceKey('consul_consistency', oneOf(CONSISTENCIES), 'default', {
      doc: 'How fresh Consul’s answers must be; stale ones any server gives, also without a leader.',
    }),
    consulMaxStaleMs: sourceKey('consul_max_stale', duration({ min: 1 }), '5s', {
      doc: 'How long ago the server that answers may have heard from its leader.',
    }),
  },
  relations: consulRelations,
  files: { reads: CONSUL_FILES },
  secrets: consulSecrets,
  ready: (own, files) => checkCredentials(own, files, 'discoveryUntrusted'),
  describe: ({ consulUrl }) => `consul at ${consulUrl.join(', ')}`,
  create(own, context) {
    const { consulHealth: health, consulNameMeta: nameMeta, consulConsistency: consistency } = own;
    const access = createAccess(own, context, 'discoveryUntrusted');
    return createConsulSource({ access, health, nameMeta, consistency, maxStaleMs: own.consulMaxStaleMs });
  },
};
