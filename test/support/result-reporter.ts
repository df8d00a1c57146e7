import type { Reporter, SerializedError, TestModule, Vitest } from 'vitest/node';

/** Stands between the reasons of a test that lacks several things. */
export const REASON_BREAK = '; ';

/** Ends a test run with why some tests were not run, one line for each reason, which ones failed, and the result. */
export class ResultReporter implements Reporter {
  readonly #print: (text: string) => void;
  /** With `-t` almost everything is left out, and whoever wrote that knows. */
  #isSelection = false;

  constructor(print: (text: string) => void = (text) => process.stdout.write(text)) {
    this.#print = print;
  }

  onInit(vitest: Vitest): void {
    this.#isSelection = vitest.config.testNamePattern !== undefined;
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[], reason: string): void {
    const count = (state: 'passed' | 'failed' | 'skipped') =>
      modules.reduce((sum, { children }) => sum + [...children.allTests(state)].length, 0);
    const failed = modules.flatMap(failuresOf);
    const result = [
      `${count('passed')} passed, ${failed.length} failed`,
      this.#isSelection || count('skipped') === 0 ? null : `${count('skipped')} not run`,
      errors.length === 0 ? null : `${errors.length} errors outside of tests`,
      reason === 'interrupted' ? 'interrupted' : null,
    ];
    this.#printList('Not run, and why', this.#isSelection ? [] : reasonsOf(modules));
    this.#printList('Failed', failed);
    this.#print(`\n${result.filter((part) => part !== null).join(', ')}\n`);
  }

  #printList(title: string, lines: readonly string[]): void {
    if (lines.length > 0) this.#print(`\n${title}:\n${lines.map((line) => `  ${line}\n`).join('')}`);
  }
}

/** A file that could not be loaded, or whose hooks failed, counts as one failure. */
function failuresOf(module: TestModule): readonly string[] {
  const failed = [...module.children.allTests('failed')].map(
    ({ fullName }) => `${module.relativeModuleId} > ${fullName}`,
  );
  return failed.length === 0 && module.state() === 'failed' ? [module.relativeModuleId] : failed;
}

/** A test that lacks two things counts for both. */
function reasonsOf(modules: readonly TestModule[]): readonly string[] {
  const counts = new Map<string, number>();
  const leftOut = modules.flatMap(({ children }) => [...children.allTests('skipped')]);
  for (const test of leftOut) {
    const { note = 'no reason given' } = test.result() as { readonly note?: string };
    for (const reason of note.split(REASON_BREAK)) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts].map(([reason, count]) => `${reason}: ${count} ${count === 1 ? 'test' : 'tests'}`);
}
