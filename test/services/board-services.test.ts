import { describe, expect, test, vi } from 'vitest';
import type { Board, RecordName } from '../../src/locks/board.ts';
import { createBoardServices } from '../../src/services/board-services.ts';
import { VERSION } from '../../src/version.ts';

const { signal } = new AbortController();
const MINE = 'nodes/_b-1_sas';

/** A board that keeps its records in memory, and a run of the node `.b-1/sas` beside it. */
function bench(left: Partial<Record<RecordName, string>> = {}) {
  const records = new Map(Object.entries(left) as [RecordName, string][]);
  const board: Board = {
    nodes: async () => [],
    read: async (name) => records.get(name) ?? null,
    write: async ({ name, text }) => void records.set(name, text),
    remove: async (name) => void records.delete(name),
  };
  const identity = { host: '.b-1/sas', pid: 7, runId: 'run-1' };
  const written = (name: RecordName) => JSON.parse(records.get(name)!);
  return { services: createBoardServices({ board, identity }), records, written };
}

describe('the brake', () => {
  const older = {
    node: 'b-2',
    at: '2026-01-01T00:00:00.000Z',
    runId: 'run-0',
    plan: '1-a',
    why: 'it failed',
    failures: 2,
  };
  const failed = { plan: '2-b', why: 'it failed', failures: 1 };

  test('is off where the board says nothing', async () => {
    expect(await bench().services.readBrake(null, signal)).toEqual({ marks: [], notes: [] });
  });

  test('says who failed for what, when, and keeps what failed before', async () => {
    const { services, written } = bench();
    const before = Date.now();
    expect(await services.writeBrake({ failed, others: [older] }, signal)).toEqual({ written: true });
    expect(written('brake')).toMatchObject({ node: '.b-1/sas', run_id: 'run-1', plan: '2-b', failures: 1 });
    expect(Date.parse(written('brake').time)).toBeGreaterThanOrEqual(before);
    const { marks, notes } = await services.readBrake(null, signal);
    expect(notes).toEqual([]);
    expect(marks).toEqual([
      expect.objectContaining({ ...failed, node: '.b-1/sas', runId: 'run-1' }),
      { ...older, agoMs: expect.any(Number) },
    ]);
    expect(marks[0]!.agoMs).toBeLessThan(60_000);
    expect(marks[1]!.agoMs).toBeGreaterThanOrEqual(before - Date.parse(older.at));
  });

  test('says why in one line that is not too long', async () => {
    const { services, written } = bench();
    await services.writeBrake({ failed: { ...failed, why: `a\nb${'x'.repeat(1_000)}` }, others: [] }, signal);
    expect(written('brake').reason).not.toContain('\n');
    expect(written('brake').reason.length).toBeLessThan(320);
  });
});

describe('the record of a node', () => {
  test('says how its run ended, and is found again by the same node', async () => {
    const { services, records, written } = bench();
    const said = { outcome: 'refreshed', plan: '2-b' };
    expect(await services.writeNodeRecord(said, signal)).toEqual({ written: true });
    expect([...records.keys()]).toEqual([MINE]);
    expect(written(MINE)).toMatchObject({ outcome: 'refreshed', plan: '2-b', version: VERSION, run_id: 'run-1' });
    const { record, version } = await services.readNodeRecord(null, signal);
    expect(version).toBe(VERSION);
    expect(record).toEqual({ outcome: 'refreshed', plan: '2-b', version: VERSION, agoMs: expect.any(Number) });
    expect(record!.agoMs).toBeLessThan(60_000);
  });

  test('says how long the run took, in seconds', async () => {
    const clock = vi.spyOn(performance, 'now').mockReturnValueOnce(1_000).mockReturnValue(3_500.4);
    const { services, written } = bench();
    await services.writeNodeRecord({ outcome: 'refreshed', plan: null }, signal);
    clock.mockRestore();
    expect(written(MINE).duration_sec).toBe(2.5);
  });

  test('that is not there, or that no watcher wrote, is none', async () => {
    expect(await bench().services.readNodeRecord(null, signal)).toEqual({ record: null, version: VERSION });
    const { record } = await bench({ [MINE]: '{}' }).services.readNodeRecord(null, signal);
    expect(record).toBe(null);
  });
});
