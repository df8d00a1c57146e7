import type { AnyEventObject, ExecutableActionObject } from 'xstate';

/** What a step of a machine does to the world, in plain data. */
export type Effect =
  | { readonly does: 'start'; readonly who: string; readonly input: unknown }
  | { readonly does: 'stop'; readonly who: string }
  /** To a machine or process that it owns, or to its owner. */
  | { readonly does: 'send'; readonly who: string; readonly what: AnyEventObject }
  /** To people. */
  | { readonly does: 'notify'; readonly what: AnyEventObject };

export const OWNER = 'owner';

/** Timers are no effects: what they lead to comes as an event. */
export function effectsOf(effects: readonly ExecutableActionObject[]): readonly Effect[] {
  return effects.flatMap(({ type, params }): Effect[] => {
    if (params === undefined) return [];
    const { id, input, targetId, event } = params as unknown as Parameters;
    if (type === 'xstate.spawnChild') return [{ does: 'start', who: id, input }];
    if (type === 'xstate.stopChild') return [{ does: 'stop', who: id }];
    if (type === 'xstate.sendTo') return [{ does: 'send', who: targetId ?? OWNER, what: event }];
    return type === 'xstate.emit' ? [{ does: 'notify', what: event }] : [];
  });
}

interface Parameters {
  readonly id: string;
  readonly input: unknown;
  readonly targetId: string | undefined;
  readonly event: AnyEventObject;
}

export function starts(effects: readonly Effect[], who: string): boolean {
  return effects.some((effect) => effect.does === 'start' && effect.who === who);
}

/** What was sent there, in order. */
export function sentTo(effects: readonly Effect[], who: string): AnyEventObject[] {
  return effects.flatMap((effect) => (effect.does === 'send' && effect.who === who ? [effect.what] : []));
}

export function sends(effects: readonly Effect[], who: string, type: string): boolean {
  return sentTo(effects, who).some((event) => event.type === type);
}

/** What people were told, in order. */
export function notice(effects: readonly Effect[]): AnyEventObject[] {
  return effects.flatMap((effect) => (effect.does === 'notify' ? [effect.what] : []));
}
