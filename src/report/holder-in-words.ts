import type { Holder } from '../../machines/vocabulary.ts';
import { durationInWords } from './duration-in-words.ts';
import type { Place } from './story.ts';

/** The host where it is known: whoever is woken up wants to log in there. */
export function holderName({ host, title }: Holder): string {
  return host ?? title;
}

/** `held by front-2 for 3m10s, 2 ahead`, or as much of that as is known. */
export function placeInWords({ holder, ahead, heldMs }: Place): string {
  const forHowLong = heldMs === null ? '' : ` for ${durationInWords(heldMs)}`;
  const held = holder === null ? [] : [`held by ${holderName(holder)}${forHowLong}`];
  return [...held, ...(ahead === null ? [] : [`${ahead} ahead`])].join(', ');
}
