import { ANSWER_CODES } from './answer-codes.ts';
import type { Asked, Command } from './command.ts';

const yes = { kind: 'switch', doc: 'Do not ask; needed where no terminal can be asked.' } as const;
const reason = { kind: 'value', placeholder: 'text', doc: 'Why: it is logged, and shown with a handbrake.' } as const;

/** What people do by hand, for every lock service in the same words. */
export const OPERATING: readonly Command[] = [
  {
    name: 'brake',
    words: '[what]',
    choices: ['status', 'release'],
    calls: [
      ['brake [status] [flags]', 'say whether the brake of the cluster is on, for what, and since when'],
      ['brake release [--reason TEXT] [--yes] [flags]', 'take it off: the next run tries again'],
    ],
    codes: ANSWER_CODES.brake,
    own: { yes, reason },
    takesKeys: true,
    async start({ words, flags, own }) {
      const { brakeCommand } = await import('./brake.ts');
      return brakeCommand(flags, { word: words[0], reason: textOf(own['reason']), yes: own['yes'] === true });
    },
  },
  {
    name: 'lock',
    words: '[what]',
    choices: ['status', 'release'],
    calls: [
      ['lock [status] [flags]', 'say who has the cluster lock, and since when'],
      ['lock release [--reason TEXT] [--yes] [flags]', 'take it away from whoever has it'],
    ],
    about: [
      'What is taken away from a run that lives may make two nodes refresh at once: its refresh is stopped with its next renewal only. A lock file whose owner lives is not taken away.',
    ],
    codes: ANSWER_CODES.lock,
    own: { yes, reason },
    takesKeys: true,
    async start({ words, flags, own }) {
      const { lockCommand } = await import('./lock.ts');
      return lockCommand(flags, { word: words[0], reason: textOf(own['reason']), yes: own['yes'] === true });
    },
  },
  {
    name: 'handbrake',
    words: '[what]',
    choices: ['status', 'pull', 'release'],
    calls: [
      ['handbrake [status] [flags]', 'say whether this node may refresh; who pulled the handbrake, why and until when'],
      ['handbrake pull [--reason TEXT] [--for DURATION] [flags]', 'keep this node from refreshing'],
      ['handbrake release [--yes] [flags]', 'let it refresh again'],
    ],
    about: [
      'It is the file that the default handbrake_command looks for. Once the time of --for is over, it counts as released.',
    ],
    codes: ANSWER_CODES.handbrake,
    own: {
      yes,
      reason,
      for: { kind: 'value', placeholder: 'duration', doc: 'How long it counts: 2h. Without it, until it is released.' },
    },
    takesKeys: true,
    async start({ words, flags, own }) {
      const { handbrakeCommand } = await import('./handbrake.ts');
      const [said, duration] = [textOf(own['reason']), textOf(own['for'])];
      const request = { word: words[0], reason: said, duration, yes: own['yes'] === true };
      return handbrakeCommand(flags, request);
    },
  },
];

function textOf(given: Asked['own'][string] | undefined): string | undefined {
  return typeof given === 'string' ? given : undefined;
}
