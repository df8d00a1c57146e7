import type { Endpoint, Group } from '../../../machines/vocabulary.ts';

/** How a configuration may name its servers. */
export const NAMINGS = ['name', 'fqdn', 'address'] as const;
export type Naming = (typeof NAMINGS)[number];

const COLUMNS =
  'be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight ' +
  'srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state ' +
  'bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr ' +
  'srv_agent_port';

/** What a HAProxy that serves these pods, since so long, says to a question at its stats socket. */
export function saidBy(groups: readonly Group[], naming: Naming, upMs: number, question: string): string {
  if (question === 'show info') return `Name: HAProxy\nUptime_sec: ${Math.floor(upMs / 1_000)}\n\n`;
  if (question !== 'show servers state') return 'Unknown command\n\n';
  const lines = groups.flatMap(({ endpointSet, endpoints }, at) =>
    endpoints.map((pod, nth) => `${at + 3} ${endpointSet} ${nth + 1} ${serverLine(pod, nth, naming)}\n`),
  );
  return `1\n# ${COLUMNS}\n${lines.join('')}\n`;
}

function serverLine({ fqdn, ip6, port }: Endpoint, nth: number, naming: Naming): string {
  const name = naming === 'name' ? fqdn : `s${nth + 1}`;
  const [address, host] = naming === 'fqdn' ? ['-', fqdn] : [ip6, '-'];
  return `${name} ${address} 2 0 1 1 8 1 0 0 0 0 0 0 ${host} ${port} - 0 0 - - 0`;
}
