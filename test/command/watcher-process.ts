import { createInterface } from 'node:readline';

import type { ChildOrder } from '../../machines/side-effects.ts';
import { createChildService } from '../../src/command/child-service.ts';
import type { WatcherWork } from './child-bench.ts';

// A watcher that does nothing but own one child: events go to stdout as lines, a line on stdin is a signal to order.
const work: WatcherWork = JSON.parse(process.argv[2]!);

const service = createChildService({
  commands: { handbrake: 'exit 99', refresh: work.command },
  runId: 'run-1',
  looksAtPrograms: true,
  killGraceMs: work.killGraceMs,
  environment: process.env,
  deadline: () => null,
  beforeGo: async () => {},
  redact: (text) => text,
});

const orders = createInterface(process.stdin);
let obey: (order: ChildOrder) => void;

const letGo = service(
  { command: 'refresh', reason: 'changed' },
  (event) => {
    process.stdout.write(`${JSON.stringify(event)}\n`);
    if (event.type === 'childReady' && work.go) obey({ type: 'go' });
    if (event.type === 'childExited' && work.letGo) {
      letGo();
      process.stdin.destroy();
    }
  },
  (listener) => {
    obey = listener;
  },
);

orders.on('line', (signal: 'SIGTERM' | 'SIGKILL') => obey({ type: 'signalGroup', signal }));
