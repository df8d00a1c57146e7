/** Bundled by run.mjs and started by pool.ts: it answers one question after another until its parent is gone. */
import { ANSWERS, type Answers } from './answers.ts';
import type { Question, Reply } from './pool.ts';

process.on('message', async ({ what, words }: Question) => {
  // Nobody reads where an error comes from that the program expects, and to find out takes long.
  Error.stackTraceLimit = what === 'show' ? 10 : 0;
  reply(await answerTo(what, words));
});
process.on('disconnect', () => process.exit());

async function answerTo<Name extends keyof Answers>(what: Name, words: Question['words']): Promise<Reply> {
  try {
    const ask = ANSWERS[what] as (...words: Question['words']) => Promise<unknown>;
    return { answer: await ask(...words) };
  } catch (error) {
    return { problem: `${what}: ${error instanceof Error ? (error.stack ?? error.message) : error}` };
  }
}

function reply(message: Reply): void {
  process.send!(message);
}
