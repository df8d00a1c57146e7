import { outcomeName } from '../../../machines/outcome-name.ts';
import { exitCode } from '../../exit-codes.ts';
import { readReloads } from './reloads.ts';
import type { Performance } from './run-scene.ts';
import type { Scene } from './scenes.ts';

/** A scene and what came of it. */
export interface Played {
  readonly scene: Scene;
  readonly performances: readonly Performance[];
}

/** One line for each thing that is not as it should be; `journal` is that of all reloads. */
export function surprisesIn(played: readonly Played[], journal: string): string[] {
  const { count, overlaps } = readReloads(journal);
  const expected = played.flatMap(({ scene }) => (scene.expected.kind === 'refreshed' ? scene.nodes : [])).length;
  return [
    ...played.flatMap(surprisesOf),
    ...(count === expected ? [] : [`HAProxy was reloaded ${count} times instead of ${expected}`]),
    ...overlaps,
  ];
}

function surprisesOf({ scene, performances }: Played): string[] {
  const outcome = outcomeName(scene.expected);
  const code = exitCode(scene.expected, true);
  return performances.flatMap(({ story, end }) => {
    if (end.code === code && story.ending?.outcome === outcome) return [];
    const said = end.stderr.trim().split('\n').at(-1) || story.ending?.sentence;
    const ended = end.code === null ? 'was killed' : `exited with ${end.code}`;
    return [`${scene.title}: ${story.node} ${ended} instead of ${code} (${outcome})${said ? `: ${said}` : ''}`];
  });
}
