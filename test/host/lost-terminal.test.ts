import { expect, test, vi } from 'vitest';
import { leaveLostTerminals } from '../../src/host/lost-terminal.ts';

const done = vi.hoisted(() => [] as string[]);

/** 0 is a terminal that was closed, 1 one that is open, and 2 a file. */
vi.mock('node:tty', async (original) => ({ ...(await original<object>()), isatty: (fd: number) => fd === 1 }));
vi.mock('node:fs', async (original) => ({
  ...(await original<object>()),
  fstatSync: (fd: number) => ({ isCharacterDevice: () => fd < 2 }),
  closeSync: (fd: number) => void done.push(`close ${fd}`),
  openSync: (path: string) => void done.push(`open ${path}`),
}));

test('only a terminal that is gone is left, for what leads nowhere', () => {
  leaveLostTerminals();
  expect(done).toEqual(['close 0', 'open /dev/null']);
});
