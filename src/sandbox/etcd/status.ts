import type { Answer } from '../http/deliver.ts';

/** An error as etcd's gRPC has it, and the HTTP status that its gateway makes of it. */
export class EtcdStatus extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.name = 'EtcdStatus';
    this.status = status;
    this.code = code;
  }
}

export const invalid = (message: string): EtcdStatus => new EtcdStatus(400, 3, message);
export const noKey = (): EtcdStatus => invalid('etcdserver: key is not provided');
export const noLease = (): EtcdStatus => new EtcdStatus(404, 5, 'etcdserver: requested lease not found');
export const leaseExists = (): EtcdStatus => new EtcdStatus(412, 9, 'etcdserver: lease already exists');
export const authOff = (): EtcdStatus => new EtcdStatus(412, 9, 'etcdserver: authentication is not enabled');

/** The same text twice, as the gateway of 3.4 and 3.5 writes it. */
export function answerOfStatus({ status, code, message }: EtcdStatus): Answer {
  const body = JSON.stringify({ error: message, message, code });
  return { status, headers: { 'content-type': 'application/json' }, body };
}
