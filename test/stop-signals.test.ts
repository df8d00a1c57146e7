import { afterEach, expect, test } from 'vitest';
import { ABORT_SIGNALS } from '../machines/vocabulary.ts';
import { onStopSignal } from '../src/stop-signals.ts';

const known = new Map(ABORT_SIGNALS.map((signal) => [signal, process.listeners(signal)]));

afterEach(() => {
  for (const [signal, before] of known) {
    for (const listener of process.listeners(signal)) {
      if (!before.includes(listener)) process.removeListener(signal, listener as NodeJS.SignalsListener);
    }
  }
});

test('every signal that would end the process stops the run, by its name, each time', () => {
  const heard: string[] = [];
  onStopSignal((signal) => heard.push(signal));
  const free = ABORT_SIGNALS.filter((signal) => known.get(signal)!.length === 0);
  expect(free).toContain('SIGTERM');
  for (const signal of [...free, 'SIGTERM'] as const) process.emit(signal, signal);
  expect(heard).toEqual([...free, 'SIGTERM']);
});

test('a signal that is answered already, such as a hangup that is ignored, stays so', () => {
  const ignore = () => {};
  process.on('SIGHUP', ignore);
  const heard: string[] = [];
  onStopSignal((signal) => heard.push(signal));
  process.emit('SIGHUP', 'SIGHUP');
  process.emit('SIGINT', 'SIGINT');
  expect(heard).toEqual(['SIGINT']);
});
