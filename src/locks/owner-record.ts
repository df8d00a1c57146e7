import type { Claim } from '../../machines/side-effects.ts';
import type { Identity } from '../identity.ts';

/** What a run writes beside a lock about itself. The title is what other programs show; the rest is for us. */
export interface OwnerRecord {
  readonly title: string;
  readonly host: string;
  readonly pid: number;
  readonly run_id: string;
  readonly reason: Claim['reason'];
  readonly since: string;
}

export function ownerRecord({ host, pid, runId }: Identity, { reason }: Claim, since: string): OwnerRecord {
  const title = ascii(`watcher ${host}:${pid} run=${runId} reason=${reason}`);
  return { title, host: ascii(host), pid, run_id: ascii(runId), reason, since };
}

function ascii(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}
