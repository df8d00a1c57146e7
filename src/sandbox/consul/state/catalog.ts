import type { Raft } from './raft.ts';

/** An instance of a service as one registers it; the rest has Consul's defaults. */
export interface Registration {
  readonly node: string;
  readonly address?: string;
  readonly service: string;
  /** The service's name where none is given. */
  readonly id?: string;
  readonly serviceAddress?: string;
  readonly port?: number;
  readonly tags?: readonly string[];
  readonly meta?: Readonly<Record<string, string>>;
  /** Of the instance's own check; the node's is passing. None: it has no check. */
  readonly status?: 'passing' | 'warning' | 'critical';
  /** Of the node's check. */
  readonly nodeStatus?: 'passing' | 'critical';
}

interface Service {
  instances: readonly Registration[];
  index: number;
}

/** Which instances each service has. */
export class Catalog {
  readonly #services = new Map<string, Service>();
  readonly #raft: Raft;

  constructor(raft: Raft) {
    this.#raft = raft;
  }

  /** Says what instances a service has from now on. */
  set(name: string, instances: readonly Registration[]): void {
    this.#services.set(name.toLowerCase(), { instances, index: this.#raft.next() });
  }

  instancesOf(name: string, tag: string | null): readonly Registration[] {
    const all = this.#services.get(name.toLowerCase())?.instances ?? [];
    const isTagged = ({ tags = [] }: Registration) => tags.some((each) => each.toLowerCase() === tag?.toLowerCase());
    return tag === null ? all : all.filter(isTagged);
  }

  indexOf(name: string): number {
    return this.#services.get(name.toLowerCase())?.index ?? this.#raft.index;
  }
}

/** One element of `/v1/health/service/…`. */
export function healthOf(registration: Registration, datacenter: string): object {
  const { node, address = '127.0.0.1', service, id = service, serviceAddress = '', port = 0 } = registration;
  const { tags = [], meta = {}, status, nodeStatus = 'passing' } = registration;
  const check = (CheckID: string, Status: string, ServiceID: string) => ({ Node: node, CheckID, Status, ServiceID });
  return {
    Node: { ID: '', Node: node, Address: address, Datacenter: datacenter, TaggedAddresses: null, Meta: null },
    Service: { ID: id, Service: service, Tags: tags, Address: serviceAddress, Meta: meta, Port: port },
    Checks: [
      check('serfHealth', nodeStatus, ''),
      ...(status === undefined ? [] : [check(`service:${id}`, status, id)]),
    ],
  };
}

/** What `?passing` leaves. */
export function isPassing({ status = 'passing', nodeStatus = 'passing' }: Registration): boolean {
  return status === 'passing' && nodeStatus === 'passing';
}
