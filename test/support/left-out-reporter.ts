import type { Reporter, TestModule, Vitest } from 'vitest/node';

/** Ends a test run with the tests that could not be run, and why. */
export class LeftOutReporter implements Reporter {
  readonly #print: (text: string) => void;
  /** With `-t` almost everything is left out, and whoever wrote that knows. */
  #isSelection = false;

  constructor(print: (text: string) => void = (text) => process.stdout.write(text)) {
    this.#print = print;
  }

  onInit(vitest: Vitest): void {
    this.#isSelection = vitest.config.testNamePattern !== undefined;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    if (this.#isSelection) return;
    const leftOut = modules.flatMap(leftOutOf);
    if (leftOut.length > 0) this.#print(`\nNot run, and why:\n${leftOut.map((line) => `  ${line}\n`).join('')}`);
  }
}

function leftOutOf(module: TestModule): readonly string[] {
  return [...module.children.allTests('skipped')].map((test) => {
    const { note } = test.result() as { readonly note?: string };
    return `${note ?? 'no reason given'}: ${module.relativeModuleId} > ${test.fullName}`;
  });
}
