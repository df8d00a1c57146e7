/** A request that etcd turns down, as its gateway words it. */
export class EtcdRefusal extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export function refusal(status: number, code: number, message: string): EtcdRefusal {
  return new EtcdRefusal(status, code, message);
}
