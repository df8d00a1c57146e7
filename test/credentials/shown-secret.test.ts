import { expect, test } from 'vitest';
import { showSecret } from '../../src/credentials/shown-secret.ts';

/** A file that says this, and is looked at anew only where it was forgotten; null: it cannot be read. */
function bench(first: string | null) {
  const file = { says: first };
  let kept: string | null = null;
  let reads = 0;
  async function read(): Promise<string> {
    if (kept === null) reads += 1;
    kept ??= file.says;
    if (kept === null) throw new Error('cannot be read');
    return kept;
  }
  const forget = () => {
    kept = null;
  };
  return { file, secret: showSecret(read, forget), reads: () => reads };
}

test('it is read once, until it is refused', async () => {
  const { file, secret, reads } = bench('one');
  expect(await secret.current()).toBe('one');
  file.says = 'two';
  expect([await secret.current(), reads()]).toEqual(['one', 1]);
  expect(await secret.refused('one')).toBe(true);
  expect([await secret.current(), await secret.current(), reads()]).toEqual(['two', 'two', 2]);
});

test('one that cannot be read is said to be so where there is none to show', async () => {
  const { file, secret } = bench(null);
  await expect(secret.current()).rejects.toThrow('cannot be read');
  file.says = 'one';
  expect(await secret.current()).toBe('one');
});

test('the old one is shown for as long as there is no other, and the file is looked at before each request', async () => {
  const { file, secret } = bench('one');
  await secret.current();
  file.says = null;
  expect(await secret.refused('one')).toBe(false);
  expect(await secret.current()).toBe('one');
  file.says = 'two';
  expect(await secret.current()).toBe('two');
});

test('a refusal of the same word is final, and looked into again at the next one', async () => {
  const { file, secret, reads } = bench('one');
  await secret.current();
  expect([await secret.refused('one'), await secret.current(), reads()]).toEqual([false, 'one', 2]);
  file.says = 'two';
  expect(await secret.refused('one')).toBe(true);
});

test('a late refusal of what is shown no longer has nothing read, and says that there is another', async () => {
  const { file, secret, reads } = bench('one');
  await secret.current();
  file.says = 'two';
  const both = await Promise.all([secret.refused('one'), secret.refused('one')]);
  const before = reads();
  expect([...both, await secret.refused('one'), await secret.current(), reads() - before]).toEqual([
    true,
    true,
    true,
    'two',
    0,
  ]);
});

test('what was read before is looked at anew only once it was refused', async () => {
  const asked: string[] = [];
  const read = async () => `word ${asked.push('read')}`;
  const secret = showSecret(read, () => asked.push('forget'));
  expect([await secret.current(), await secret.current(), asked]).toEqual(['word 1', 'word 1', ['read']]);
  await secret.refused('word 1');
  expect(asked).toEqual(['read', 'forget', 'read']);
});
