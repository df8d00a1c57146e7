import { EventEmitter } from 'node:events';
import { connect } from 'node:net';
import { expect, test, vi } from 'vitest';
import { isNameClaimed } from '../../src/host-lock/abstract-socket.ts';

// What a busy kernel answers to a visitor cannot be brought about; what is made of it can be seen.

vi.mock('node:net', { spy: true });

function visitThatMeets(code: string): Promise<boolean> {
  const visitor = Object.assign(new EventEmitter(), { destroy: () => {} });
  vi.mocked(connect).mockImplementationOnce((() => visitor) as never);
  const answer = isNameClaimed('watcher:test');
  visitor.emit('error', Object.assign(new Error(code), { code }));
  return answer;
}

test.each(['EAGAIN', 'ECONNRESET', 'EPIPE'])('a visitor who meets %s has found somebody', async (code) => {
  expect(await visitThatMeets(code)).toBe(true);
});

test('a visitor who is refused has found nobody, where nobody has the name', async () => {
  expect(await visitThatMeets('ECONNREFUSED')).toBe(false);
});

test.each(['EMFILE', 'EACCES', 'ENOMEM'])('a visitor who meets %s does not know', async (code) => {
  await expect(visitThatMeets(code)).rejects.toMatchObject({ code });
});
