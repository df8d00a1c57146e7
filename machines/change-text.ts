import type { Moving, PodName, Renaming } from './vocabulary.ts';

/** A pod as one word, the same for the same pod: no name has a space in it. */
export function podText({ name, port }: PodName): string {
  return port === null ? name : `${name} ${port}`;
}

/** Who got which name: another one would be another change. */
export function renamingText({ id, to }: Renaming): string {
  return `${id} ${to}`;
}

/** Who went where: to another place would be another change. */
export function movingText({ name, to }: Moving): string {
  return `${name} ${to.ip4} ${to.ip6} ${to.port}`;
}
