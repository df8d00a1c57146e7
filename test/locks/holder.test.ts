import { expect, test } from 'vitest';
import { holderFrom, holderFromText } from '../../src/locks/holder.ts';

const now = Date.parse('2026-01-02T03:05:00.000Z');

test('a whole record names its holder and how long it has had the lock', () => {
  const record = { title: 'watcher n1:7', host: 'n1', pid: 7, run_id: 'r-1', reason: 'forced' };
  expect(holderFrom({ ...record, since: '2026-01-02T03:04:05Z' }, now)).toEqual({
    title: 'watcher n1:7',
    host: 'n1',
    pid: 7,
    runId: 'r-1',
    reason: 'forced',
    transaction: null,
    since: '2026-01-02T03:04:05.000Z',
    heldForMs: 55_000,
  });
});

test('a record of another program still gives a holder, of unknown name', () => {
  const nobody = { host: null, pid: null, runId: null, reason: null, transaction: null, since: null, heldForMs: null };
  for (const record of [
    null,
    undefined,
    7,
    'text',
    [],
    {},
    { title: 1, host: {}, pid: '7', since: 'yesterday' },
    { title: '', host: '', pid: 1.5, since: 7 },
  ]) {
    expect(holderFrom(record, now)).toEqual({ title: 'unknown holder', ...nobody });
  }
});

test('a holder without a title is named by its host', () => {
  expect(holderFrom({ title: '', host: 'n1' }, now).title).toBe('n1');
});

test('of the text beside a lock every word is made fit to be shown', () => {
  const show = (text: string) => text.replaceAll('SECRET', '***');
  const shown = (text: string) => holderFromText(text, 'SECRET client', { wallMs: now, show });
  const since = '2026-01-02T03:04:05.000Z';
  expect(shown(JSON.stringify({ title: 'watcher SECRET', host: 'SECRET', pid: 7, since }))).toMatchObject({
    ...{ title: 'watcher ***', host: '***', pid: 7, since, heldForMs: 55_000 },
  });
  for (const foreign of ['no JSON', '7', 'null', '{}', '{"title":7,"host":"n1"}', '{"title":""}'])
    expect(shown(foreign), foreign).toMatchObject({ title: '*** client', host: null });
});

test('a holder whose clock is ahead of ours has held the lock for no time', () => {
  expect(holderFrom({ since: '2026-01-02T04:00:00Z' }, now).heldForMs).toBe(0);
});

test('a title cannot move the cursor of a terminal, reorder its text or fill the log', () => {
  const { title } = holderFrom({ title: `\u001b[2J\u202eevil\n${'x'.repeat(5_000)}` }, now);
  expect(title).toMatch(/^\\u\{1b\}\[2J\\u\{202e\}evil\\u\{a\}x+…$/);
  expect(title.length).toBeLessThan(250);
});
