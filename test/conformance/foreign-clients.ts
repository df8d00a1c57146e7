import { LOCK_FLAGS } from '../../src/locks/consul/entry.ts';

/** Takes a lock of YT with the requests of its own clients' `lock`, and answers how it is given back. */
export async function takeAsYtClient(proxy: string, token: string, path: string): Promise<() => Promise<unknown>> {
  async function call(command: string, parameters: object): Promise<Readonly<Record<string, unknown>>> {
    const headers = { Authorization: `OAuth ${token}`, 'Content-Type': 'application/json', Accept: 'application/json' };
    const body = JSON.stringify(parameters);
    const reply = await fetch(`${proxy}/api/v4/${command}`, { method: 'POST', headers, body });
    if (!reply.ok) throw new Error(`${command}: ${reply.status} ${await reply.text()}`);
    return (await reply.json()) as Readonly<Record<string, unknown>>;
  }
  const title = 'yt lock on balancer-7';
  await call('create', { path, type: 'map_node', recursive: true, ignore_existing: true });
  const begun = await call('start_transaction', { timeout: 60_000, attributes: { title } });
  const { transaction_id: transaction } = begun;
  await call('lock', { path, mode: 'exclusive', waitable: true, transaction_id: transaction });
  return () => call('abort_transaction', { transaction_id: transaction });
}

/** Takes a key of Consul with the requests of `consul lock`, and answers how it is given back. */
export async function takeAsConsulClient(url: string, token: string, key: string): Promise<() => Promise<unknown>> {
  async function put(path: string, body: string): Promise<unknown> {
    const headers = { 'X-Consul-Token': token };
    const reply = await fetch(`${url}/v1/${path}`, { method: 'PUT', headers, body });
    if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
    return reply.json();
  }
  const session = { Name: 'Consul lock', TTL: '15s', LockDelay: '15s', Behavior: 'release' };
  const { ID: id } = (await put('session/create', JSON.stringify(session))) as { readonly ID: string };
  const acquired = await put(`kv/${key}?acquire=${id}&flags=${LOCK_FLAGS}`, '');
  if (acquired !== true) throw new Error(`the key ${key} is not free`);
  return () => put(`kv/${key}?release=${id}&flags=${LOCK_FLAGS}`, '');
}
