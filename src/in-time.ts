import { setTimeout as sleep } from 'node:timers/promises';

/** What is answered in this time, or else `late`. What was asked goes on by itself, and keeps nobody waiting. */
export async function inTime<Answer, Late>(ms: number, answer: Promise<Answer>, late: Late): Promise<Answer | Late> {
  const over = new AbortController();
  try {
    return await Promise.race([answer, sleep(ms, late, { ref: false, signal: over.signal })]);
  } finally {
    over.abort();
  }
}
