import { type RunnerTestCase, TestRunner } from 'vitest';
import { QUIET_MS_MAX, quietTime } from './quiet-time.ts';

/**
 * Fails a test that hangs long before its timeout, which is made for busy machines: a mistake that makes something wait for
 * ever is named as soon as any other.
 */
export default class PatientRunner extends TestRunner {
  async runTask(test: RunnerTestCase): Promise<void> {
    let end = () => {};
    const hangs = new Promise<never>((_, reject) => {
      end = quietTime.watch(QUIET_MS_MAX, async () => {
        const { has } = await import('./needs.ts');
        // The sessions of a real Consul are waited for longer.
        if (has('consul')) return;
        reject(new Error(`hangs: nothing has happened on this machine for ${QUIET_MS_MAX / 1_000} s`));
      });
    });
    try {
      await Promise.race([TestRunner.getTestFn(test)(), hangs]);
    } finally {
      end();
    }
  }
}
