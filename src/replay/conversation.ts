import type { AnyEventObject } from 'xstate';
import { asciiJson } from '../record/chain.ts';
import { actorName, RECORDED_MACHINES, RUN } from '../record/recorded-machines.ts';
import type { Mismatch } from './difference.ts';
import type { Step } from './pure-machine.ts';
import type { RecordedEvent } from './read-recording.ts';
import { asRecorded, isSameData } from './same-data.ts';

/** What comes from nobody that is recorded: from a signal, or from a child process. */
const FROM_OUTSIDE: ReadonlySet<string> = new Set([
  'abort',
  'childReady',
  'childNotStarted',
  'childExited',
  'groupGone',
]);

const SHOWN_MAX = 200;

/** What today's machines say to one another and start, to be found in the recording, in order. */
export interface Conversation {
  /** Takes note of what a step of this machine says and starts. */
  listen(name: string, step: Step): void;
  /** A step was not computed: whatever it said is not known. */
  missSome(): void;
  checkBeginning(event: RecordedEvent, id: string): Mismatch | null;
  checkMessage(event: RecordedEvent): Mismatch | null;
  /** What is said or started today, and not in the whole recording. */
  findUnheard(isOver: (name: string) => boolean): Mismatch | null;
}

export function beginConversation(): Conversation {
  const inboxes = new Map<string, unknown[]>();
  const starting = new Map<string, unknown[]>();
  const begun = new Map<string, number>();
  let isMissing = false;

  /** The one with this id that lives, or is just being started. */
  function latestOf(id: string): string {
    return actorName(id, (begun.get(id) ?? 0) + (starting.get(id)?.length ?? 0));
  }

  return {
    listen(name, { effects }) {
      for (const { type, params } of effects as readonly { type: string; params: unknown }[]) {
        if (type === 'xstate.spawnChild') {
          const { id, input } = params as { id: string; input: unknown };
          if (Object.hasOwn(RECORDED_MACHINES, id)) push(starting, id, asRecorded(input));
        } else if (type === 'xstate.sendTo') {
          const { targetId, event } = params as { targetId?: string; event: AnyEventObject };
          // Only its owner is spoken to without a name.
          if (targetId === undefined) push(inboxes, RUN, asRecorded(event));
          else if (name === RUN) push(inboxes, latestOf(targetId), asRecorded(event));
        }
      }
    },

    missSome() {
      isMissing = true;
    },

    checkBeginning({ event, actor, context }, id) {
      begun.set(id, (begun.get(id) ?? 0) + 1);
      const waiting = starting.get(id) ?? [];
      const known = waiting.length > 0;
      const input = waiting.shift();
      if (id === RUN || context !== undefined || (!known && isMissing)) return null;
      if (!known) return { recorded: `${actor} begins`, now: 'nothing starts it' };
      if (isSameData(input, event['input'])) return null;
      return { recorded: `${actor} begins with ${shown(event['input'])}`, now: `it begins with ${shown(input)}` };
    },

    checkMessage({ event, actor, context }) {
      const inbox = inboxes.get(actor) ?? [];
      const next = inbox[0] as AnyEventObject | undefined;
      const isExpected = isSameData(next, event) || (context !== undefined && next?.type === event.type);
      if (isExpected) inbox.shift();
      if (isExpected || isMissing || FROM_OUTSIDE.has(event.type)) return null;
      const now = next === undefined ? 'nobody tells it anything' : `it is told ${shown(next)}`;
      return { recorded: `${actor} is told ${shown(event)}`, now };
    },

    findUnheard(isOver) {
      for (const [name, [message]] of inboxes) {
        if (message !== undefined && !isOver(name)) return unheard(`${name} is told ${shown(message)}`);
      }
      for (const [id, inputs] of starting) if (inputs.length > 0) return unheard(`${id} is started`);
      return null;
    },
  };
}

function push(lists: Map<string, unknown[]>, key: string, value: unknown): void {
  const list = lists.get(key) ?? [];
  list.push(value);
  lists.set(key, list);
}

function unheard(now: string): Mismatch {
  return { recorded: 'nothing of the kind before the end of the run', now };
}

function shown(value: unknown): string {
  const json = asciiJson(value);
  return json.length > SHOWN_MAX ? `${json.slice(0, SHOWN_MAX)}…` : json;
}
