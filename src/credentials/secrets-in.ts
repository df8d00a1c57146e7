/** What could be read of several files with secrets, each without the space around it. Never rejects. */
export async function secretsIn(
  reads: readonly (Promise<{ readonly text: string }> | null)[],
): Promise<readonly string[]> {
  const texts = await Promise.all(reads.map(async (each) => (await each?.catch(() => null))?.text.trim() ?? ''));
  return texts.filter((each) => each !== '');
}
