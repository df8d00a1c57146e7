import type { Conditions } from './conditions.ts';
import type { Process } from './process.ts';

/** A write to the disk takes this long, at most. */
const WRITE_MS = 10;

/**
 * Replaces a file. It is done at one instant, and known to be done at a later one: a process may be killed before, in
 * between and after. Rejects on a full disk, where the old file stays.
 */
export function write(process: Process, conditions: Conditions, apply: () => void): Promise<void> {
  const { host, dice } = process;
  const number = process.nextNumber();
  const slowMs = conditions.find('diskSlow', host.node)?.size ?? 0;
  return new Promise((resolve, reject) => {
    host.after(dice.between(1, WRITE_MS, 'write', number) + slowMs, () =>
      process.deliver('io', () => {
        if (conditions.has('diskFull', host.node)) return reject(new Error('no space left on device'));
        apply();
        host.after(dice.between(0, 2, 'written', number), () => process.deliver('io', resolve));
      }),
    );
  });
}

/** A look at the disk, or at the kernel. */
export function look<Found>(process: Process, find: () => Found): Promise<Found> {
  const { host, dice } = process;
  return new Promise((resolve, reject) => {
    host.after(dice.between(0, 5, 'look', process.nextNumber()), () =>
      process.deliver('io', () => {
        try {
          resolve(find());
        } catch (error) {
          reject(error);
        }
      }),
    );
  });
}
