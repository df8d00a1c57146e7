import type { Plant } from './mutant.ts';

/** One place in the code that ships, and what stands there with the bug in it; the runner builds both, with a switch. */
export interface Planting {
  readonly plant: Plant;
  readonly file: string;
  /** Comes once in the file. */
  readonly sound: string;
  /** `PLANTED` is true while the bug is planted. */
  readonly broken: string;
}

/** Several bugs in one file, each with all of its places. */
export function inFile(
  file: string,
  plants: Partial<Record<Plant, readonly (readonly [sound: string, broken: string])[]>>,
): readonly Planting[] {
  return Object.entries(plants).flatMap(([plant, places]) =>
    places.map(([sound, broken]) => ({ plant: plant as Plant, file, sound, broken })),
  );
}
