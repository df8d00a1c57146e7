/** Goal: nothing that was left out of a recording reads as if it had not happened. */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createActor } from 'xstate';
import { withServices } from '../../machines/with-services.ts';
import { createEventLines } from '../../src/record/event-lines.ts';
import { formatExplanation } from '../../src/replay/format-explanation.ts';
import { formatReplay } from '../../src/replay/format-replay.ts';
import { replay } from '../../src/replay/replay.ts';
import { fakeChildren } from '../support/fake-child.ts';
import { fakeServices } from '../support/fake-services.ts';
import { linesOf, rechain } from '../support/rechain.ts';
import { recordedProgram } from '../support/recorded-program.ts';
import { runInput } from '../support/run-input.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { settle, TestClock } from '../support/test-clock.ts';

describe('a refresh for', () => {
  test.each([
    ['20,000 pods of one group', 1, 20_000, /^refreshed \(changed\): 20000 pods added in sas\/set-0$/],
    ['10 pods of 4,000 groups each', 4_000, 10, /^refreshed \(changed\): 40000 pods added in 4000 groups$/],
  ])('%s is explained in full', (_, groups, pods, decision) => {
    const program = recordedProgram(tempFolder());
    writeGroups(program.path('primer.json'), groups, 0);
    writeGroups(program.path('discovery.json'), groups, pods);
    // Much more than is kept of it, and all of it has to be escaped.
    const printing = "--haproxy_refresh_command=head -c 300000 /dev/zero | tr '\\0' '\\1'; echo; echo the last line";
    expect(program.run([`--record=${program.path('one.jsonl')}`, printing]).code).toBe(0);
    const text = program.read('one.jsonl');
    expect(text.length).toBeLessThan(1024 * 1024);
    expect(text).toContain('"$omitted"');
    const replayed = replay(text);
    expect({ difference: replayed.fold.difference, cut: replayed.cut }).toEqual({ difference: null, cut: null });
    const explained = formatExplanation(replayed);
    expect(explained[0]!.slice(10)).toMatch(decision);
    expect(explained[1]).toMatch(/^pods {6}sas\/set-0: added pod-0-0\.example /);
    expect(explained[3]).toMatch(/^command {3}the refresh command exited with 0; it printed .*the last line$/);
  });
});

test('an explanation of lines that are not kept denies nothing', () => {
  const text = readFileSync(new URL('../runs/the-refresh-fails.jsonl', import.meta.url), 'latin1');
  const replayed = replay(text);
  const steps = replayed.fold.steps.map((step) => ({ ...step, notice: [], trusted: true }));
  const unworded = {
    ...replayed.run,
    notice: [],
    progress: { ...replayed.run.progress, diff: null, refreshStarted: false },
  };
  const explained = formatExplanation({ ...replayed, fold: { steps, difference: null }, run: unworded });
  expect(explained[1]).toBe('pods      not kept in this recording');
  expect(explained[3]).toBe('command   not kept in this recording');
});

test('of a wait that is too long to be kept the recording can be read, replayed and explained', async () => {
  const clock = new TestClock();
  let looks = 0;
  const title = () => `node-${looks}`;
  const holder = () => ({
    title: title(),
    host: null,
    pid: null,
    runId: null,
    reason: null,
    transaction: null,
    since: null,
    heldForMs: null,
  });
  const { services } = fakeServices({}, fakeChildren({}), () => clock.now());
  const checkLock = async () => {
    looks += 1;
    return looks > 200
      ? { standing: 'held' as const, holder: null, ahead: 0, leaseLeftMs: 30_000 }
      : { standing: 'queued' as const, holder: holder(), ahead: looks % 9, leaseLeftMs: 30_000 };
  };
  const requestLock = async () => ({ standing: 'queued' as const, holder: holder(), ahead: 1, leaseLeftMs: 30_000 });
  const [header] = linesOf(readFileSync(new URL('../runs/the-refresh-fails.jsonl', import.meta.url), 'latin1'));
  const lines: Record<string, unknown>[] = [];
  const keep = (fields: Readonly<Record<string, unknown>>) => void lines.push(JSON.parse(JSON.stringify(fields)));
  const recorded = createEventLines(
    () => Math.floor(clock.now()),
    (value) => value,
    keep,
    () => lines.length > 100,
  );
  const machine = withServices({ ...services, checkLock, requestLock });
  const input = runInput({ forceRun: true, budgetMs: 86_400_000 });
  const actor = createActor(machine, { id: 'watcher', input, clock, inspect: recorded.inspect });
  actor.start();
  await settle();
  while (actor.getSnapshot().status === 'active') {
    clock.set(clock.nextDueMs!);
    await settle();
  }
  recorded.flush();
  expect(looks).toBe(201);
  expect(lines.length).toBeLessThan(160);
  const outcome = actor.getSnapshot().output!;
  const end = { at: Math.floor(clock.now()), outcome, exit_code: 0, events: lines.length };
  const replayed = replay(rechain([header!, ...lines, end]));
  expect({ kind: outcome.kind, difference: replayed.fold.difference, cut: replayed.cut }).toEqual({
    kind: 'refreshed',
    difference: null,
    cut: null,
  });
  expect(formatReplay(replayed).join('\n')).toMatch(/refreshing .*\n.*the refresh command runs/);
  expect(formatReplay(replayed).join('\n')).toContain('lines too long to be kept in full, believed and not checked: ');
  expect(formatExplanation(replayed)[3]).toMatch(/^command {3}the refresh command exited with 0/);
});

function writeGroups(path: string, groups: number, pods: number): void {
  const sets = Array.from({ length: groups }, (_, group) => ({
    cluster_name: 'sas',
    endpoint_set_id: `set-${group}`,
    endpoints: Array.from({ length: pods }, (_each, pod) => ({
      id: `p-${group}-${pod}`,
      fqdn: `pod-${group}-${pod}.example`,
    })),
  }));
  writeFileSync(path, JSON.stringify({ endpoint_sets: sets }));
}
