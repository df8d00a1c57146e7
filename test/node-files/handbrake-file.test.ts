import { expect, test } from 'vitest';
import { readHandbrakeFile } from '../../src/node-files/handbrake-file.ts';

test('a file that is there and cannot be read is a pulled handbrake, as it is for the default command', async () => {
  expect(await readHandbrakeFile('/proc/self/mem')).toMatchObject({
    words: '/proc/self/mem: cannot be read: i/o error',
    isOver: false,
  });
});
