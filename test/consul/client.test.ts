/** What is sent to Consul besides what was asked. */
import { expect, test } from 'vitest';
import { createConsul } from '../../src/consul/client.ts';

test.each([
  [null, 'http://consul/v1/kv/a%20b?recurse&dc=d%201'],
  ['team one', 'http://consul/v1/kv/a%20b?recurse&dc=d%201&ns=team%20one'],
])('the namespace %j is in every request, and a query is escaped', async (namespace, expected) => {
  const urls: string[] = [];
  const client = {
    async send({ url }: { readonly url: string }) {
      urls.push(url);
      return { status: 200, headers: { 'x-consul-index': '1' }, text: '[]' };
    },
    close() {},
  };
  const consul = createConsul({ urls: ['http://consul'], token: null, namespace, client });
  const query = { recurse: true, dc: 'd 1', index: null } as const;
  const limits = { deadlineMs: 1, signal: new AbortController().signal };
  await consul.send({ method: 'GET', path: 'kv/a%20b', query }, limits);
  expect(urls).toEqual([expected]);
});

test.each([
  [403, 'Permission denied'],
  [403, 'ACL not found'],
])('who shows no token and is refused (%i %s) reads what to set', async (status, text) => {
  const client = {
    send: async () => ({ status, headers: { 'x-consul-index': '1' }, text }),
    close() {},
  };
  const consul = createConsul({ urls: ['http://consul'], token: null, namespace: null, client });
  const asked = consul.send({ method: 'GET', path: 'kv/a' }, { deadlineMs: 1, signal: new AbortController().signal });
  await expect(asked).rejects.toThrow(/: set consul_token_file$/);
});
