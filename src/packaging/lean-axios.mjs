import { readFile } from 'node:fs/promises';

const FORM_DATA = 'typeof G.FormData';

/** An esbuild plugin: axios without its look at the global FormData, at which Node loads the whole of undici. */
export const leanAxios = {
  name: 'lean-axios',
  setup({ onLoad }) {
    onLoad({ filter: /\/axios\/lib\/utils\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!text.includes(FORM_DATA)) throw new Error(`${path}: expected ${FORM_DATA} in it`);
      return { contents: text.replace(FORM_DATA, 'typeof undefined') };
    });
  },
};
