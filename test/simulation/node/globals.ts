/** What src/ takes for Node's globals in a simulated process. */
import { current } from './current.ts';
import { systemError } from './system-error.ts';

class SimulatedDate extends globalThis.Date {
  constructor(...given: [] | [number | string | Date]) {
    super(given.length === 0 ? SimulatedDate.now() : given[0]);
  }

  static override now(): number {
    return Math.floor(current().wallMs());
  }
}

export { SimulatedDate as Date };

export const performance = { now: () => current().monotonicMs() };

export const process: NodeJS.Process = Object.create(globalThis.process, {
  pid: { get: () => current().pid },
  hrtime: { value: { bigint: () => BigInt(Math.floor(current().monotonicMs() * 1_000_000)) } },
  geteuid: { value: () => 0 },
  getegid: { value: () => 0 },
  kill: {
    value(pid: number) {
      const { table } = current();
      const isThere = pid < 0 ? table.hasGroup(-pid) : table.find(pid) !== undefined;
      if (!isThere) throw systemError('ESRCH', 'kill');
      return true;
    },
  },
});
