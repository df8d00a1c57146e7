import { loadBundle } from '../files/program-bundle.ts';
import type { render } from './engine.ts';

/** The engine stands in a bundle of its own: a run never loads it. */
export async function loadEngine(): Promise<typeof render> {
  const bundle = await loadBundle<{ readonly render: typeof render }>('prime.cjs');
  return bundle.render;
}
