/** Users, rights and TLS on a real etcd. */
import { expect, test } from 'vitest';
import { etcdOfTest } from '../../support/etcd-server.ts';
import { needs } from '../../support/needs.ts';
import { failureOf } from '../yt/lab.ts';
import { CLAIM, driver, never } from './lab.ts';

test('a user needs rights for the keys of the lock, and no others', async () => {
  needs('etcd', 'etcdctl');
  const server = await etcdOfTest();
  for (const words of [
    ['user', 'add', 'root:root-password'],
    ['user', 'grant-role', 'root', 'root'],
    ['user', 'add', 'balancer:s3cret'],
    ['role', 'add', 'lock'],
    ['role', 'grant-permission', '--prefix=true', 'lock', 'readwrite', '/watcher/mine/'],
    ['user', 'grant-role', 'balancer', 'lock'],
    ['auth', 'enable'],
  ])
    await server.ctl(...words);
  const as = (name: string, password: string, lock = '/watcher/mine') =>
    driver({ endpoints: [server.url], name: lock, user: { name, password: async () => password } });

  const lock = as('balancer', 's3cret');
  expect(await lock.requestLock(CLAIM, never)).toMatchObject({ standing: 'held' });
  expect(await lock.renewLock(null, never)).toMatchObject({ standing: 'renewed' });
  await lock.releaseLock(null, never);

  const denied = async (who: ReturnType<typeof as>) => failureOf(who.requestLock(CLAIM, never));
  expect(await denied(as('balancer', 'wrong'))).toMatchObject({ kind: 'lockDenied', message: /etcd_password_file/ });
  expect(await denied(as('balancer', 's3cret', '/watcher/others'))).toMatchObject({
    kind: 'lockDenied',
    message: expect.stringMatching(
      /permission denied.*: etcdctl role grant-permission ROLE readwrite \/watcher\/others --prefix$/,
    ),
  });
  const nobody = driver({ endpoints: [server.url], name: '/watcher/mine' });
  expect(await failureOf(nobody.requestLock(CLAIM, never))).toMatchObject({
    kind: 'lockDenied',
    message: expect.stringContaining('set etcd_user'),
  });
});
