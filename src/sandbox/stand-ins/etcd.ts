import { startEtcdServer } from '../etcd/server.ts';
import { prepareEtcd } from '../real/etcd.ts';
import { realOr } from './real-or.ts';
import { LOCK_NAME, type StandIn, type StandInOptions } from './stand-in.ts';

/** etcd: the real one where it is installed, else one that keeps keys, leases and watches as it does. */
export async function startEtcd(options: StandInOptions = {}): Promise<StandIn> {
  const { host = '127.0.0.1', port = 0, lockName = LOCK_NAME } = options;
  const server = await realOr(options, {
    programs: ['etcd'],
    real: async ({ etcd }, folder) => {
      const real = await prepareEtcd({ program: etcd, folder, port });
      await real.start();
      return { url: real.url, close: () => real.stop() };
    },
    played: () => startEtcdServer({ host, port }),
  });
  return {
    name: 'etcd',
    isReal: server.isReal,
    about: `etcd      ${server.url}  ${server.which}`,
    port: Number(new URL(server.url).port),
    equip: () => ({ etcd_endpoints: server.url, lock_name: `/${lockName}` }),
    close: () => server.close(),
  };
}
