import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Holder } from '../../machines/vocabulary.ts';
import { formatStatus } from '../../src/status/format-status.ts';
import type { NodeStatus } from '../../src/status/node-status.ts';
import { VERSION } from '../../src/version.ts';

const nowMs = Date.parse('2026-01-02T03:00:00Z');
const ago = (minutes: number, seconds = 0) => new Date(nowMs - minutes * 60_000 - seconds * 1_000).toISOString();

const news = (node: string, time: string, outcome: string) => ({
  ...{ node, time, outcome, version: VERSION },
  ...{ plan: null, duration_sec: 0.4, run_id: 'a' },
});
const watcherOn = (host: string, pid: number, runId: string): Holder => ({
  ...{ title: `watcher on ${host}`, host, pid, runId, reason: null, transaction: null, since: ago(4), heldForMs: null },
});
const run = watcherOn('balancer-1', 4711, '0123456789abcdef');
const holder = { ...watcherOn('balancer-2', 77, '1f3a9c2e7b5d0468'), reason: 'changed', heldForMs: 182_000 } as const;

const status: NodeStatus = {
  nowMs,
  run,
  isStopped: false,
  longestRunMs: 4_280_000,
  refresh: null,
  progress: {
    ...{ run_id: run.runId!, state: 'awaitingYtLock', since: ago(3) },
    ...{ holder: holder.title, holder_since: ago(3, 2), ahead: 1 },
  },
  lastRun: { run_id: 'a', at: ago(5, 2), outcome: 'unchanged', message: null, took_ms: 400 },
  isRecorded: true,
  lastStartAt: ago(4),
  lastRefresh: { plan: '1-abc', times: 1, at: ago(120) },
  discoveryAt: ago(5, 2),
  handbrake: { engaged: false, said: null, since: null, release: null },
  fullFolders: [],
  cluster: {
    lockName: 'etcd /watcher/mslb at http://etcd-1:2379',
    lock: { holder, waiting: 1 },
    brake: { marks: [] },
    isBrakeHeeded: false,
    nodes: {
      nodes: [
        news('balancer-1', ago(5, 2), 'unchanged'),
        news('balancer-2', ago(62), 'refreshed'),
        news('balancer-3', ago(180), 'failed/discoveryUntrusted'),
      ],
    },
  },
  refused: null,
};

test('docs/operating.md shows what is printed', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'operating.md'), 'utf8');
  const [, sample] = /\n\$ watcher status --cluster\n([\s\S]*?)```/.exec(page) ?? [];
  expect(sample).toBe(formatStatus(status, { columns: 80, hasColours: false }));
});
