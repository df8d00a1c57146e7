/**
 * Milliseconds of processor time that this process spends on `work`, in the quickest of several rounds: what others do
 * on the host does not count.
 */
export function cpuTimeOf(work: () => unknown, rounds = 5): number {
  const times = Array.from({ length: rounds }, () => {
    const start = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1_000;
  });
  return Math.min(...times);
}
