import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const NEVER_LOADED = join(import.meta.dirname, 'never-loaded.ts');
const FORM_DATA = 'typeof G.FormData';

/**
 * An esbuild plugin: axios without what forms, blobs and data URLs want, and without its look at the global FormData, at
 * which Node loads the whole of undici.
 */
export const leanAxios = {
  name: 'lean-axios',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/helpers\/(formDataToStream|readBlob|fromDataURI)\.js$/ }, ({ importer }) =>
      importer.endsWith('/axios/lib/adapters/http.js') ? { path: NEVER_LOADED } : null,
    );
    onLoad({ filter: /\/axios\/lib\/utils\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!text.includes(FORM_DATA)) throw new Error(`${path}: expected ${FORM_DATA} in it`);
      return { contents: text.replace(FORM_DATA, 'typeof undefined') };
    });
  },
};
