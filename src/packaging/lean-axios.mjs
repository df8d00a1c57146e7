import { readFile } from 'node:fs/promises';

const NONE = 'none';
const FORM_DATA = 'typeof G.FormData';

/**
 * An esbuild plugin: axios without what only browsers, forms and `fetch` want. Its other adapters stay out, and so does
 * its look at the global FormData, at which Node loads the whole of undici.
 */
export const leanAxios = {
  name: 'lean-axios',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/(xhr|fetch)\.js$/ }, ({ path, importer }) =>
      importer.endsWith('/axios/lib/adapters/adapters.js') ? { path, namespace: NONE } : null,
    );
    onLoad({ filter: /.*/, namespace: NONE }, () => ({
      contents: 'export default null; export const getFetch = () => null;',
    }));
    onLoad({ filter: /\/axios\/lib\/utils\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!text.includes(FORM_DATA)) throw new Error(`${path}: expected ${FORM_DATA} in it`);
      return { contents: text.replace(FORM_DATA, 'typeof undefined') };
    });
  },
};
