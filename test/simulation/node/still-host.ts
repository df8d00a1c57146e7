import type { Running } from './current.ts';
import { Disk } from './disk.ts';
import { ProcessTable } from './process-table.ts';
import { SocketNames } from './socket-names.ts';

/** A host without faults, on which everything happens at once. */
export function stillHost(): Running {
  const at = () => 0;
  const disk = new Disk({ uptimeMs: at, wallMs: at, fault: () => null, seen() {} }, ['/', '/run']);
  const table = new ProcessTable(100, at);
  const { pid } = table.start({ words: ['node', 'watcher'], environment: ['HOME=/'] });
  return {
    pid,
    hostname: 'simulated',
    bootId: 'simulated',
    disk,
    table,
    sockets: new SocketNames(),
    monotonicMs: at,
    bootMs: at,
    wallMs: at,
    draw32: () => 0,
    soon: async () => {},
    stored: async () => {},
    comes: async () => {},
    later(ms, act) {
      const timer = setTimeout(act, ms);
      return () => clearTimeout(timer);
    },
  };
}
