import type { Group } from './vocabulary.ts';

/** The name of a group everywhere: in messages, in the state file and between primer and discovery. */
export function groupKey({ cluster, endpointSet }: Pick<Group, 'cluster' | 'endpointSet'>): string {
  return `${cluster}/${endpointSet}`;
}
