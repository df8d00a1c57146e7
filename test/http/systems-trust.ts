import { SYSTEM_AUTHORITIES } from '../../src/http/authorities.ts';
import { createTrust } from '../../src/http/trust.ts';

/** What a run believes without `ca_file`. */
export const SYSTEMS_TRUST = createTrust({
  caFile: SYSTEM_AUTHORITIES,
  extraFile: process.env['NODE_EXTRA_CA_CERTS'] ?? null,
});
