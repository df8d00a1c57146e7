/** Goal: who goes elsewhere in the page is not called back by what the page writes into its address a moment later. */
import { expect, onTestFinished, test, vi } from 'vitest';
import { createLink } from '../../src/graph/page/link.ts';

test('an address that somebody gave meanwhile is followed, and not written over', () => {
  onTestFinished(() => void vi.unstubAllGlobals());
  let [write, hear] = [() => {}, () => {}];
  const location = { hash: '#machine=watcher' };
  vi.stubGlobal('location', location);
  vi.stubGlobal('history', {
    replaceState: (_state: null, _title: string, address: string) => {
      location.hash = address;
    },
  });
  vi.stubGlobal('window', {
    addEventListener: (_type: 'hashchange', act: () => void) => {
      hear = act;
    },
    clearTimeout() {},
    setTimeout: (act: () => void) => {
      write = act;
    },
  });
  let shown = 'watcher';
  const graph = {
    machine: () => shown,
    showMachine: (id: string) => {
      shown = id;
    },
  };
  const link = createLink({ runs: [], selected: null, made: 0 } as never, graph as never, () => {});
  link.follow();

  link.update();
  location.hash = '#machine=clusterLock';
  write();
  expect(location.hash).toBe('#machine=clusterLock');
  hear();
  expect(shown).toBe('clusterLock');

  shown = 'command';
  link.update();
  write();
  expect(location.hash).toBe('#machine=command');
});
