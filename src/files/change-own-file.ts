import { type OwnFile, type Recalled, recallJson, stageJson } from './own-file.ts';
import { quarantineFile } from './quarantine-file.ts';
import { cleanTemps } from './replace-file.ts';

/** A change of a file of our own that is ready, and is not made yet. */
export interface PreparedChange {
  /** What had to be done to get it ready. */
  readonly notes: readonly string[];
  /** Makes it. Answers with all that is to be noted. Rejects with a `FileProblem`; the file then says what it said. */
  make(): Promise<readonly string[]>;
  /** The file keeps saying what it says. */
  drop(): Promise<void>;
}

/** What a file is to say, from what it says. */
type Change<Value> = (recalled: Recalled<Value>) => Value;

/**
 * Changes a file of our own; a damaged one is kept beside it, and one that says it already is not touched. Rejects with a
 * `FileProblem`.
 */
export async function changeJson<Value>(
  path: string,
  file: OwnFile<Value>,
  change: Change<Value>,
): Promise<readonly string[]> {
  return (await prepareChange(path, file, change)).make();
}

/** The first half of that, all but the new name, for who has to wait before the second. */
export async function prepareChange<Value>(
  path: string,
  file: OwnFile<Value>,
  change: Change<Value>,
): Promise<PreparedChange> {
  const cleaning = cleanTemps(path);
  const recalled = await recallJson(path, file);
  const next = change(recalled);
  const notes = recalled.kind === 'damaged' ? [await quarantineFile(path)] : [];
  const isSaid = recalled.kind === 'good' && JSON.stringify(next) === JSON.stringify(recalled.value);
  const staged = isSaid ? null : await stageJson(path, file, next);
  return {
    notes,
    async make() {
      await staged?.bringIn();
      return [...notes, ...(await cleaning)];
    },
    drop: async () => staged?.drop(),
  };
}
