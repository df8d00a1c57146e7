import { helpText } from '../../settings/help.ts';

/** One way to call the program, and what it does. */
export interface Usage {
  /** Behind the program's name; empty for none. */
  readonly words: string;
  readonly does: string;
}

export interface Help {
  /** What the program does, in a few words. */
  readonly purpose: string;
  readonly usages: readonly Usage[];
  /** How flags, variables and file keys are written. */
  readonly rules: string;
}

/** The parts of `watcher -help` that stand before the keys. */
export function readHelp(): Help {
  const [title = '', usage = '', rules = ''] = helpText().split('\n\n');
  return {
    purpose: title.replace(/^watcher: /, '').replace(/\.$/, ''),
    usages: readUsages(usage),
    rules,
  };
}

/** A usage begins with two blanks and the program's name; its description is set off, or on lines of its own. */
function readUsages(block: string): readonly Usage[] {
  const [, ...usages] = block.split(/\n {2}(?=watcher\b)/);
  return usages.map((usage) => {
    const [call = '', ...description] = usage.split(/ {2,}|\n\s*/);
    return { words: call.replace(/^watcher ?/, ''), does: description.join(' ') };
  });
}
