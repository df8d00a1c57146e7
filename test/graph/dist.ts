import { join } from 'node:path';

/** Where `npm run build` puts the program of the page. */
export const DIST = join(import.meta.dirname, '..', '..', 'dist');
