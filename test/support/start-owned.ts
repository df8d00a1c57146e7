import { type AnyEventObject, type AnyStateMachine, assign, createActor, setup } from 'xstate';
import { pathOf } from './start-run.ts';
import { settle, TestClock } from './test-clock.ts';

/** A machine that another one owns: what it tells its owner is kept, and the owner says only what the test says. */
export interface Owned {
  readonly clock: TestClock;
  /** What it told its owner, in order. */
  readonly news: readonly AnyEventObject[];
  send(...events: readonly AnyEventObject[]): Promise<void>;
  advance(ms: number): Promise<void>;
  state(): string;
  /** What it ended with; undefined while it goes on. */
  output(): unknown;
}

export async function startOwned(machine: AnyStateMachine, input: unknown, clock = new TestClock()): Promise<Owned> {
  const news: AnyEventObject[] = [];
  const owner = setup({
    types: { context: {} as { output: unknown } },
    actors: { owned: machine },
    actions: { keepNews: ({ event }) => void news.push(event) },
  }).createMachine({
    context: { output: undefined },
    invoke: {
      id: 'owned',
      src: 'owned',
      input,
      onDone: { actions: assign({ output: ({ event }) => event.output }) },
    },
    on: { '*': { actions: 'keepNews' } },
  });
  const actor = createActor(owner, { clock });
  actor.start();
  const { owned } = actor.getSnapshot().children;
  await settle();
  return {
    clock,
    news,
    async send(...events) {
      for (const event of events) owned!.send(event);
      await settle();
    },
    advance: (ms) => clock.advance(ms),
    state: () => pathOf(owned!.getSnapshot().value),
    output: () => actor.getSnapshot().context.output,
  };
}
