import type { AnyEventObject, ExecutableActionObject } from 'xstate';

/** What a step of a machine does to the world, in plain data. */
export type Deed =
  | { readonly does: 'start'; readonly who: string; readonly input: unknown }
  | { readonly does: 'stop'; readonly who: string }
  /** To a machine or process that it owns, or to its owner. */
  | { readonly does: 'send'; readonly who: string; readonly what: AnyEventObject }
  /** To people. */
  | { readonly does: 'tell'; readonly what: AnyEventObject };

export const OWNER = 'owner';

/** Timers are no deeds: what they lead to comes as an event. */
export function deedsOf(effects: readonly ExecutableActionObject[]): readonly Deed[] {
  return effects.flatMap(({ type, params }): Deed[] => {
    if (params === undefined) return [];
    const { id, input, targetId, event } = params as unknown as Parameters;
    if (type === 'xstate.spawnChild') return [{ does: 'start', who: id, input }];
    if (type === 'xstate.stopChild') return [{ does: 'stop', who: id }];
    if (type === 'xstate.sendTo') return [{ does: 'send', who: targetId ?? OWNER, what: event }];
    return type === 'xstate.emit' ? [{ does: 'tell', what: event }] : [];
  });
}

interface Parameters {
  readonly id: string;
  readonly input: unknown;
  readonly targetId: string | undefined;
  readonly event: AnyEventObject;
}

export function starts(deeds: readonly Deed[], who: string): boolean {
  return deeds.some((deed) => deed.does === 'start' && deed.who === who);
}

/** What was sent there, in order. */
export function sentTo(deeds: readonly Deed[], who: string): AnyEventObject[] {
  return deeds.flatMap((deed) => (deed.does === 'send' && deed.who === who ? [deed.what] : []));
}

export function sends(deeds: readonly Deed[], who: string, type: string): boolean {
  return sentTo(deeds, who).some((event) => event.type === type);
}

/** What people were told, in order. */
export function told(deeds: readonly Deed[]): AnyEventObject[] {
  return deeds.flatMap((deed) => (deed.does === 'tell' ? [deed.what] : []));
}
