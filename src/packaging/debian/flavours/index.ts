import { neutral } from './neutral.ts';
import { yandex } from './yandex.ts';

/** By the word that --flavour takes. */
export const FLAVOURS = { yandex, neutral } as const;
