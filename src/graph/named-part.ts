/** A guard or an action as the machine names it. */
export interface NamedPart {
  readonly name: string;
  /** What it is given, where the machine says so outright; null where it depends on the run. */
  readonly params: unknown;
}

/** The parts by which XState itself starts and cancels the timers of `after`: the edges show those. */
const TIMER_PARTS = new Set(['xstate.raise', 'xstate.cancel']);

/** A guard or action of a machine; nothing for a timer's own. */
export function partOf(part: unknown): NamedPart[] {
  if (typeof part === 'string') return TIMER_PARTS.has(part) ? [] : [{ name: part, params: null }];
  const { type, name, params } = part as { readonly type?: string; readonly name?: string; readonly params?: unknown };
  if (type !== undefined && TIMER_PARTS.has(type)) return [];
  return [{ name: type ?? name ?? 'unnamed', params: typeof params === 'function' ? null : (params ?? null) }];
}

/** `endedAs failed`: the name and what it is given, where that is one short word. */
export function formatPart({ name, params }: NamedPart): string {
  const words = Object.values((params ?? {}) as object).filter((value) => typeof value === 'string');
  return [name, ...words].join(' ');
}
