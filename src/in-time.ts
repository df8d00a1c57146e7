import { setTimeout as sleep } from 'node:timers/promises';

/** The time is waited for in so many parts: what this process stands still meanwhile is one of them, however long. */
const PARTS = 10;

const OVER = Symbol('over');

/**
 * What is answered in this time, or else `late`. What was asked goes on by itself, and keeps nobody waiting. Time in which
 * this process was stopped, or had no time for answers, is nobody else's silence, and hardly counts.
 */
export async function inTime<Answer, Late>(ms: number, answer: Promise<Answer>, late: Late): Promise<Answer | Late> {
  const over = new AbortController();
  const partMs = ms / PARTS;
  try {
    for (let part = 1; ; part += 1) {
      const began = performance.now();
      const found = await Promise.race([answer, sleep(partMs, OVER, { ref: false, signal: over.signal })]);
      if (found !== OVER) return found;
      const stoodStill = performance.now() - began > 2 * partMs;
      if (part >= PARTS && (!stoodStill || part === 2 * PARTS)) return late;
    }
  } finally {
    over.abort();
  }
}
