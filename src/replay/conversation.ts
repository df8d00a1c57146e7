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
  'groupLives',
]);

const SHOWN_MAX = 200;

/** Whose coming shows that nothing is under way between the machines: they speak to one another without any delay. */
const COMES_ALONE = /^(?:abort$|xstate\.(?:after|done\.actor|error\.actor)\.)/;

/** What today's machines say to one another, start and wait for, to be found in the recording, in order. */
export interface Conversation {
  /** Takes note of what a step of this machine says and starts. */
  listen(name: string, step: Step): void;
  /** A step was not computed: whatever it said is not known. Where events were left out, `deaf` has the events that it got. */
  missSome(deaf?: string): void;
  checkBeginning(event: RecordedEvent, id: string): Mismatch | null;
  checkMessage(event: RecordedEvent): Mismatch | null;
  /** A timer must have been set, and goes off once. */
  checkTimer(event: RecordedEvent): Mismatch | null;
  /** What is said or started today before this event, or before the end of the run, and not in the recording. */
  findUnheard(before: RecordedEvent | null, isOver: (name: string) => boolean): Mismatch | null;
}

export function beginConversation(): Conversation {
  const inboxes = new Map<string, unknown[]>();
  const starting = new Map<string, unknown[]>();
  const begun = new Map<string, number>();
  const timers = new Set<string>();
  let isMissing = false;

  /** The one with this id that lives, or is just being started. */
  function latestOf(id: string): string {
    return actorName(id, (begun.get(id) ?? 0) + (starting.get(id)?.length ?? 0));
  }

  return {
    listen(name, { effects }) {
      for (const { type, params } of effects as readonly { type: string; params: unknown }[]) {
        if (type === 'xstate.raise') timers.add(timer(name, (params as { event: AnyEventObject }).event.type));
        else if (type === 'xstate.cancel') timers.delete(timer(name, String(params)));
        else if (type === 'xstate.spawnChild') {
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

    missSome(deaf) {
      isMissing = true;
      if (deaf !== undefined) inboxes.delete(deaf);
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
      const now = next === undefined ? 'no event follows' : `the event is ${shown(next)}`;
      return { recorded: `${actor} receives ${shown(event)}`, now };
    },

    checkTimer({ event, actor }) {
      if (timers.delete(timer(actor, event.type)) || isMissing) return null;
      return { recorded: `${actor} hears ${event.type}`, now: 'no such timer is set' };
    },

    findUnheard(before, isOver) {
      if (before !== null && !COMES_ALONE.test(before.event.type)) return null;
      const recorded = before === null ? 'the run ends without that' : `${before.event.type} comes before that`;
      for (const [name, [message]] of inboxes) {
        if (message !== undefined && !isOver(name)) return { recorded, now: `${name} receives ${shown(message)}` };
      }
      for (const [id, inputs] of starting) if (inputs.length > 0) return { recorded, now: `${id} is started` };
      return null;
    },
  };
}

/** XState names a timer after the event that it sends. */
function timer(actor: string, type: string): string {
  return `${actor} ${type}`;
}

function push(lists: Map<string, unknown[]>, key: string, value: unknown): void {
  const list = lists.get(key) ?? [];
  list.push(value);
  lists.set(key, list);
}

function shown(value: unknown): string {
  const json = asciiJson(value);
  return json.length > SHOWN_MAX ? `${json.slice(0, SHOWN_MAX)}…` : json;
}
