import { formatElapsed } from '../../report/format-elapsed.ts';
import type { Stdout, View } from './view.ts';

/** For files and pipes: `+1.2s  balancer-2  waits for the lock, balancer-1 has it`. */
export function openPlainView(stdout: Stdout): View {
  const print = (line = '') => stdout.write(`${line}\n`);
  return {
    isLive: false,
    print,
    draw() {},
    tell: (node, atMs, news) => print(`${`+${formatElapsed(atMs)}`.padStart(6)}  ${node}  ${news}`),
    settle() {},
    close() {},
  };
}
