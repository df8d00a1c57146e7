import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/** Who a run is; it is written beside every lock that the run takes, for others to see. */
export interface Identity {
  readonly host: string;
  readonly pid: number;
  readonly runId: string;
}

/** Who this run is, everywhere it leaves a trace. */
export function newIdentity(): Identity {
  return { host: hostname(), pid: process.pid, runId: randomBytes(8).toString('hex') };
}
