/** Work that may take long, and yields wherever it can pause. */
export type Work<Result> = Generator<void, Result>;

/** As long as the event loop may wait for work that is cut: timers and replies come in between. */
const SLICE_MS = 20;

/** Does all of it before anything else can happen. */
export function atOnce<Result>(work: Work<Result>): Result {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** Does it piece by piece: a lease that has to be renewed meanwhile is renewed, also before others go on with the result. */
export async function inSlices<Result>(work: Work<Result>): Promise<Result> {
  for (let isFirst = true; ; isFirst = false) {
    const end = performance.now() + SLICE_MS;
    let step = work.next();
    while (!step.done && performance.now() < end) step = work.next();
    if (step.done && isFirst) return step.value;
    await new Promise((resolve) => setImmediate(resolve));
    if (step.done) return step.value;
  }
}
