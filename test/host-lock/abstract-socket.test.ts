import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { bindName, isNameClaimed } from '../../src/host-lock/abstract-socket.ts';
import { bundle } from '../support/bundle.ts';
import { startStarter } from '../support/starter.ts';

test('a name has one owner at a time, and is free once it is given back', async () => {
  const name = randomUUID();
  expect(await isNameClaimed(name)).toBe(false);
  const claim = await bindName(name);
  expect(await isNameClaimed(name)).toBe(true);
  expect(await bindName(name)).toBeNull();
  await claim!.release();
  expect(await isNameClaimed(name)).toBe(false);
  const again = await bindName(name);
  expect(again).not.toBeNull();
  await again!.release();
});

test('a stopped owner is seen by everybody who looks, however many have looked before', async () => {
  const program = bundle('test/support/name-owner.ts');
  const name = randomUUID();
  const owner = await startStarter(program, name, '');
  owner.process.kill('SIGSTOP');
  onTestFinished(() => void owner.process.kill('SIGCONT'));
  const looks = [];
  // More than the kernel lets wait for an answer.
  for (let look = 0; look < 700; look += 1) looks.push(await isNameClaimed(name));
  expect(looks.filter((seen) => !seen)).toEqual([]);
  expect(await bindName(name)).toBeNull();
});

test('who cannot look, for want of file descriptors, does not know', () => {
  const program = bundle('test/support/look-without-descriptors.ts');
  const { stdout } = spawnSync('prlimit', ['--nofile=64', process.execPath, program], { encoding: 'utf8' });
  expect(stdout).toBe('claim: EMFILE\nlook: EMFILE\n');
});

test('a visitor who never leaves holds nobody up who gives the name back', async () => {
  const name = randomUUID();
  const claim = await bindName(name);
  const visitor = connect({ path: `\0${name}`, allowHalfOpen: true });
  onTestFinished(() => void visitor.destroy());
  await once(visitor, 'connect');
  await claim!.release();
  expect(await isNameClaimed(name)).toBe(false);
});

test('claims and looks leave no file descriptor behind', async () => {
  const name = randomUUID();
  const open = () => readdirSync('/proc/self/fd').length;
  await (await bindName(name))!.release();
  const before = open();
  for (let round = 0; round < 20; round += 1) {
    const claim = await bindName(name);
    await isNameClaimed(name);
    await bindName(name);
    await claim!.release();
    await isNameClaimed(name);
  }
  await expect.poll(open).toBeLessThanOrEqual(before);
});
