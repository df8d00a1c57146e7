import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

import type { ChildEvent, ChildOrder } from '../../machines/side-effects.ts';
import { type ChildServiceOptions, createChildService } from '../../src/command/child-service.ts';
import type { CommandSpec } from '../../src/config/value-types.ts';
import { groupMembers } from '../../src/host/process-table.ts';
import { bundle } from '../support/bundle.ts';

export const ENVIRONMENT = { PATH: process.env['PATH'] };

/** One child of the service, as its machine would own it. */
export interface BenchChild {
  readonly events: ChildEvent[];
  order(order: ChildOrder): void;
  letGo(): void;
  /** Waits for an event; fails loudly when it does not come. */
  event<Type extends ChildEvent['type']>(type: Type): Promise<Extract<ChildEvent, { type: Type }>>;
}

/** Starts a refresh command. What a failing test leaves behind is let go of. */
export function startChild(command: CommandSpec, options: Partial<ChildServiceOptions> = {}): BenchChild {
  const service = createChildService({
    commands: { handbrake: 'exit 99', refresh: command },
    runId: 'run-1',
    looksAtPrograms: true,
    killGraceMs: 10_000,
    environment: ENVIRONMENT,
    deadline: () => null,
    beforeGo: async () => {},
    redact: (text) => text,
    ...options,
  });
  const events: ChildEvent[] = [];
  let obey: (order: ChildOrder) => void = () => {};
  const letGo = service(
    { command: 'refresh', reason: 'changed' },
    (event) => events.push(event),
    (listener) => {
      obey = listener;
    },
  );
  onTestFinished(letGo);
  return { events, order: (order) => obey(order), letGo, event: (type) => eventOf(events, type) };
}

/** Starts a command and lets it go at once; answers with its group and how it exited. */
export async function runToExit(command: CommandSpec, options: Partial<ChildServiceOptions> = {}) {
  const child = startChild(command, options);
  const { pgid } = await child.event('childReady');
  child.order({ type: 'go' });
  return { child, pgid, exit: await child.event('childExited') };
}

export interface WatcherWork {
  readonly command: CommandSpec;
  readonly killGraceMs: number;
  /** Order `go` as soon as it is ready. */
  readonly go: boolean;
  /** Let go of the command once it exited, and do nothing more. */
  readonly letGo?: boolean;
}

/**
 * A watcher in a process of its own, which may be killed; it owns one refresh command. `inherited` are descriptors that
 * it was started with, by the number that they have there.
 */
export async function startWatcher(work: WatcherWork, inherited: Readonly<Record<number, number>> = {}) {
  const program = bundle('test/command/watcher-process.ts');
  const watcher = spawn(process.execPath, [program, JSON.stringify(work)], { stdio: stdioWith(inherited) });
  onTestFinished(() => void watcher.kill('SIGKILL'));
  const events = readEvents(watcher);
  const { pgid } = await eventOf(events, 'childReady');
  return { watcher, events, pgid, terminate: () => watcher.stdin!.write('SIGTERM\n') };
}

function stdioWith(inherited: Readonly<Record<number, number>>): StdioOptions {
  const beyond = Math.max(2, ...Object.keys(inherited).map(Number));
  const others = Array.from({ length: beyond - 2 }, (_, index) => inherited[index + 3] ?? 'ignore');
  return ['pipe', 'pipe', 'inherit', ...others];
}

function readEvents(watcher: ChildProcess): ChildEvent[] {
  const events: ChildEvent[] = [];
  let text = '';
  watcher.stdout!.on('data', (chunk) => {
    const lines = (text + chunk).split('\n');
    text = lines.pop()!;
    events.push(...lines.map((line) => JSON.parse(line)));
  });
  return events;
}

export async function eventOf<Type extends ChildEvent['type']>(events: readonly ChildEvent[], type: Type) {
  const isIt = (event: ChildEvent): event is Extract<ChildEvent, { type: Type }> => event.type === type;
  await until(() => events.some(isIt), `${type} in ${JSON.stringify(events).slice(0, 500)}`);
  return events.find(isIt)!;
}

/** Polls for a condition; the bound is for a machine that is very busy. */
export async function until(condition: () => boolean, what: string, limitMs = 60_000): Promise<void> {
  const start = performance.now();
  while (!condition()) {
    if (performance.now() - start > limitMs) throw new Error(`waited ${limitMs} ms in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Waits until nobody lives in a group, guard included. */
export function untilEmpty(pgid: number): Promise<void> {
  return until(() => groupMembers(pgid).length === 0, `the end of group ${pgid}`);
}

/** A directory that goes with the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'watcher-child-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** The lines that a child has written to a file so far. */
export function linesOf(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
}

/** Waits for the first line that a child writes to a file. */
export async function firstLine(file: string): Promise<string> {
  await until(() => linesOf(file).length > 0, `a line in ${file}`);
  return linesOf(file)[0]!;
}
