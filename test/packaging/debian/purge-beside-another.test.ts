/** A purge of what was left of a package, on a host of our own: the script's absolute paths lead into a folder. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFolder } from '../../support/temp-folder.ts';
import { ROOT } from './checkout.ts';

const SCRIPT = readFileSync(join(ROOT, 'src/packaging/debian/control/postrm'), 'utf8');
const LOCKS = ['var/lock/watcher-cluster.lock', 'var/lock/watcher-cluster.lock.board/brake'];
const OWN = ['var/lib/yandex/market-watcher/state.json', 'var/log/yandex/market/watcher/watcher.log'];

test.each([
  ['takes the cluster lock of lock: file, too', false, []],
  ['leaves that where another package has brought the program', true, LOCKS],
])('a purge %s', (_, hasOther, left) => {
  const folder = tempFolder();
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text, { mode: 0o755 });
  };
  for (const name of ['ucf', 'ucfr', ...(hasOther ? ['watcher'] : [])]) write(`usr/bin/${name}`, '#!/bin/sh\n');
  for (const name of ['rm', 'rmdir']) symlinkSync(`/bin/${name}`, join(folder, 'usr/bin', name));
  for (const path of [...LOCKS, ...OWN]) write(path, '');
  const here = SCRIPT.replaceAll(/(?<![\w/])\/(?=(?:etc|run|usr|var)\b)/g, `${folder}/`);
  const env = { PATH: join(folder, 'usr/bin') };
  const { status, stderr } = spawnSync('/bin/sh', ['-c', here, 'postrm', 'purge'], { env, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect([...LOCKS, ...OWN].filter((path) => existsSync(join(folder, path)))).toEqual(left);
});
