import { AsyncLocalStorage } from 'node:async_hooks';
import { type TestContext, TestRunner, test } from 'vitest';

const contexts = new AsyncLocalStorage<TestContext>();

/** The test that the caller runs in, also where several run beside one another. */
export function currentTest(): TestContext {
  return contexts.getStore() ?? TestRunner.getCurrentTest()!.context;
}

/** Calls back when the test that the caller runs in is over. */
export function afterwards(clean: () => unknown): void {
  currentTest().onTestFinished(async () => void (await clean()));
}

/** A test that may run beside others of its file. */
export function testBesideOthers(title: string, body: () => Promise<void>): void {
  test.concurrent(title, (context) => contexts.run(context, body));
}
