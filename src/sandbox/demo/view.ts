import type { NodeStory } from './node-story.ts';
import type { Style } from './paint.ts';
import type { AllTraffic } from './traffic-words.ts';

/** As much of `process.stdout` as a view takes. */
export interface Stdout {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** The nodes of one scene as they are to be shown. */
export interface Stage {
  readonly stories: readonly NodeStory[];
  readonly fromMs: number;
  readonly hasTimeline: boolean;
  readonly traffic: AllTraffic;
}

/** How the demo is shown: on a terminal by lines that are redrawn in place, elsewhere by lines that are added. */
export interface View {
  /** True when somebody looks on, and needs time to read. */
  readonly isLive: boolean;
  /** Writes a line that stays. */
  print(line?: string, style?: Style): void;
  /** Shows what all nodes do now. */
  draw(stage: Stage, nowMs: number): void;
  /** Something new of one node, so many milliseconds after the demo began. */
  tell(node: string, atMs: number, news: string): void;
  /** Leaves the nodes as they were drawn last: what is printed from now on comes below them. */
  settle(): void;
  /** Leaves the terminal as it was found. */
  close(): void;
}
