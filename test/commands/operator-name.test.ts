import { expect, onTestFinished, test, vi } from 'vitest';
import { operatorName } from '../../src/commands/operator-name.ts';

test('a name that sudo gives is one phrase, whatever it holds', () => {
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv('SUDO_USER', 'ann\nuntil=4102444800');
  expect(operatorName()).toMatch(/^ann\\u\{a\}until=4102444800 as /);
  vi.stubEnv('SUDO_USER', undefined);
  expect(operatorName()).not.toContain(' as ');
});
