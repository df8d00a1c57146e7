/**
 * Chance without a stream: a number in [0, 1) that follows from the seed and from what it is for, and from nothing else.
 * Taking one fault out of a scenario therefore moves no other draw, and a failing seed can be shrunk.
 */
export function draw(seed: number, ...purpose: readonly (string | number)[]): number {
  const text = purpose.join('|');
  let low = 0x9e3779b9 ^ seed;
  let high = 0x41c6ce57 ^ Math.imul(seed, 0x85ebca6b);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    low = Math.imul(low ^ code, 0x9e3779b1);
    high = Math.imul(high ^ code, 0x5f356495);
  }
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  return ((high >>> 0) & 0x1fffff) / 2 ** 21 + (low >>> 0) / 2 ** 53;
}

/** Draws for one purpose after another, each by its own name. */
export interface Dice {
  chance(probability: number, ...purpose: readonly (string | number)[]): boolean;
  between(low: number, high: number, ...purpose: readonly (string | number)[]): number;
  pick<Item>(items: readonly Item[], ...purpose: readonly (string | number)[]): Item;
}

export function diceOf(seed: number, ...owner: readonly (string | number)[]): Dice {
  const value = (purpose: readonly (string | number)[]) => draw(seed, ...owner, ...purpose);
  return {
    chance: (probability, ...purpose) => value(purpose) < probability,
    between: (low, high, ...purpose) => Math.round(low + (high - low) * value(purpose)),
    pick: (items, ...purpose) => items[Math.floor(value(purpose) * items.length)]!,
  };
}
