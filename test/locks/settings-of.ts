import { loadSettings } from '../../src/settings/load-settings.ts';
import type { Settings } from '../../src/settings/settings.ts';

type Flags = Readonly<Record<string, string>>;

/** What becomes of the settings of a lock, where `right` is all that it needs. */
export function settingsWith(right: Flags) {
  async function load(flags: Flags): Promise<{ readonly settings: Settings }> {
    return loadSettings({ ...right, ...flags }, {}, '/');
  }

  /** What is wrong with them, a line each. */
  async function problemsOf(flags: Flags): Promise<readonly string[]> {
    const { problems = [] } = await load(flags).then(
      () => ({}) as { problems?: string[] },
      (error: { problems: string[] }) => error,
    );
    return problems;
  }

  return { load, problemsOf };
}
