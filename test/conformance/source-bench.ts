import type { Source } from '../../src/discovery/source.ts';
import type { Need } from '../support/needs.ts';

/** A pod that a source is to tell of. */
export interface BenchPod {
  readonly name: string;
  readonly port: number;
}

/** What a source can come into besides serving a list. */
export const SITUATIONS = [
  'missing',
  'empty',
  'denied',
  'stale',
  'partial',
  'slow',
  'cutOff',
  'wrongType',
  'wrongService',
] as const;

export type Situation = (typeof SITUATIONS)[number];

/** Makes a source with what is behind it in one situation; or says why this source cannot come into it. */
type Maker = (() => Promise<Source>) | string;

/** What the conformance suite has to know of a source. */
export interface SourceBench extends Readonly<Record<Situation, Maker>> {
  /** What the host must have for it; nothing by default. */
  readonly needs?: readonly Need[];
  /** The group that each of its sources is asked about, in cluster `dc1`. */
  readonly endpointSet: string;
  /** The most pods that one answer can have; none: any number. */
  readonly podsMax?: number;
  /** A source that tells of these pods, in this order, as often as they are there. */
  serve(pods: readonly BenchPod[]): Promise<Source>;
}
