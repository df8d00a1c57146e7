import type { Group } from '../../../machines/vocabulary.ts';
import type { Conditions } from '../conditions.ts';
import { draw } from '../draw.ts';
import { podsOf } from '../facts.ts';
import type { World } from '../world.ts';
import { HAPROXY_TROUBLES } from './haproxy-troubles.ts';
import { NAMINGS, type Naming, saidBy } from './haproxy-words.ts';
import type { StatsSocket } from './socket-names.ts';

/** A `haproxyOld` of this size: the reload is accepted, and nothing comes of it. */
export const NEVER_MS = -1;

/** It runs for long when the first scenario begins. */
const RUNS_SINCE_MS = -3_600_000;

/** Until the new process has the socket. */
const STARTS_WITHIN_MS = 400;

/** The host that it is on. */
interface Owner {
  readonly world: World;
  readonly node: number;
  monotonicMs(): number;
  /** After so much time of its host, unless that reboots before. */
  after(ms: number, act: () => void): () => void;
}

/** The HAProxy of one node: which pods its process serves, since when, and what it says of that at its stats socket. */
export class Haproxy implements StatsSocket {
  readonly #owner: Owner;
  readonly #conditions: Conditions;
  readonly #naming: Naming;
  #configured: readonly Group[];
  #served: readonly Group[];
  #sinceMs = RUNS_SINCE_MS;
  #reloads = 0;
  #callOff = () => {};

  constructor(owner: Owner, conditions: Conditions, groups: readonly Group[]) {
    this.#owner = owner;
    this.#conditions = conditions;
    this.#configured = groups;
    this.#served = groups;
    this.#naming = NAMINGS[Math.floor(this.#chance('naming') * NAMINGS.length)]!;
  }

  /** A refresh is through: it has this configuration, or the one from before. The old process answers for a while. */
  reload(groups: readonly Group[] | null): void {
    this.#configured = groups ?? this.#configured;
    this.#reloads += 1;
    const oldMs = this.#conditions.find('haproxyOld', this.#owner.node)?.size ?? 0;
    if (oldMs === NEVER_MS) return;
    this.#callOff();
    const startsMs = Math.round(this.#chance('starts', this.#reloads) * STARTS_WITHIN_MS);
    this.#callOff = this.#owner.after(oldMs + startsMs, () => this.start());
  }

  /** A new process, with what is configured. */
  start(): void {
    const { world, node } = this.#owner;
    this.#served = this.#configured;
    this.#sinceMs = this.#owner.monotonicMs();
    world.note({ what: 'haproxyStarted', node, groups: podsOf(this.#served) });
  }

  refuses() {
    return this.#trouble?.refuses ?? null;
  }

  answer(question: string) {
    const { text = (said: string) => said, lateMs = 0 } = this.#trouble ?? {};
    return { text: text(this.#said(question), question), afterMs: lateMs };
  }

  get #trouble() {
    const broken = this.#conditions.find('haproxyBroken', this.#owner.node);
    return broken === undefined ? undefined : HAPROXY_TROUBLES[broken.size]!;
  }

  #said(question: string): string {
    return saidBy(this.#served, this.#naming, this.#owner.monotonicMs() - this.#sinceMs, question);
  }

  #chance(...purpose: readonly (string | number)[]): number {
    const { world, node } = this.#owner;
    return draw(world.seed, 'haproxy', node, ...purpose);
  }
}
