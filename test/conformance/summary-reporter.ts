import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node';

/** Says of each test what it has shown, as it ends, and of all of them together what that means. */
export default class SummaryReporter implements Reporter {
  onTestCaseResult(test: TestCase): void {
    const { state, errors = [] } = test.result();
    const note = (test.result() as { readonly note?: string }).note;
    const name = test.fullName.replaceAll("'", '');
    const took = `${((test.diagnostic()?.duration ?? 0) / 1_000).toFixed(1)}s`;
    if (state === 'passed') console.log(`ok        ${name} (${took})`);
    if (state === 'skipped') console.log(`left out  ${name}: ${note ?? 'no reason given'}`);
    if (state !== 'failed') return;
    console.log(`FAILED    ${name} (${took})`);
    for (const { message } of errors) console.log(`          ${message.split('\n').slice(0, 3).join(' ')}`);
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const count = (state: 'passed' | 'failed' | 'skipped') =>
      modules.reduce((sum, { children }) => sum + [...children.allTests(state)].length, 0);
    const broken = modules.flatMap((module) => (module.state() === 'failed' ? module.errors() : []));
    for (const { message } of [...errors, ...broken]) console.log(`FAILED    ${message}`);
    const isGood = count('failed') === 0 && errors.length === 0 && broken.length === 0 && count('passed') > 0;
    const verdict = isGood ? 'the lock does what a run needs of it' : 'do not use this lock before this is understood';
    console.log(`\n${count('passed')} ok, ${count('failed')} failed, ${count('skipped')} left out: ${verdict}`);
  }
}
