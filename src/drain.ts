/** Waits until everything written to these streams is out, for a second at most; then nothing is cut by the exit. */
export async function drain(...streams: readonly NodeJS.WriteStream[]): Promise<void> {
  const patience = new Promise<void>((resolve) => setTimeout(resolve, 1_000).unref());
  const written = streams.map((stream) => new Promise<void>((resolve) => stream.write('', () => resolve())));
  await Promise.race([patience, Promise.all(written)]);
}
