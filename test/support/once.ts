/** What is dear to find out and asked by several tests: the first one that asks waits for it, and the others find it. */
export function once<Result>(ask: () => Promise<Result>): () => Promise<Result> {
  let asked: Promise<Result> | null = null;
  return () => {
    asked ??= ask();
    return asked;
  };
}
