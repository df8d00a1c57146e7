// What `npm run build` bundles, and how: a row is one esbuild call.

import { leanAxios } from './lean-axios.mjs';

const node = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'cjs',
  legalComments: 'none',
  // What is loaded later is loaded as everything else is.
  supported: { 'dynamic-import': false },
};
/** Whoever builds that version has a map for the places in its logs; it is not shipped. */
const shipped = { ...node, sourcemap: 'external', sourcesContent: false };
const neverLoaded = './src/packaging/never-loaded.ts';

/** Everything but `debian` and `binary`, which make packages, is built wherever the program is installed from sources. */
export const BUNDLES = {
  watcher: {
    ...shipped,
    entryPoints: ['src/main.ts'],
    outfile: 'dist/watcher.cjs',
    external: ['typescript'],
    // A run reads all of it. Names stay, and lines are short enough to say where an error came from.
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: 100,
    alias: {
      // It asks for the home of the user as soon as it is loaded, and not every user has one.
      'env-paths': neverLoaded,
      'follow-redirects': neverLoaded,
      'form-data': neverLoaded,
      http2: neverLoaded,
      https: './src/packaging/https-when-used.ts',
      'https-proxy-agent': neverLoaded,
      'import-fresh': neverLoaded,
      'js-yaml': neverLoaded,
      'parse-json': neverLoaded,
    },
    plugins: [leanAxios],
  },
  start: { ...node, entryPoints: ['src/start/start.ts'], outfile: 'dist/start.cjs' },
  cache: { ...node, entryPoints: ['src/start/make-code-cache.ts'], outfile: 'dist/make-code-cache.cjs' },
  graph: { ...shipped, entryPoints: ['src/graph/draw.ts'], outfile: 'dist/graph.cjs' },
  prime: { ...shipped, entryPoints: ['src/prime/engine.ts'], outfile: 'dist/prime.cjs' },
  page: {
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    legalComments: 'none',
    entryPoints: { 'graph-page': 'src/graph/page/main.ts' },
    outdir: 'dist',
    alias: { 'node:crypto': './src/graph/page/sha256.ts' },
  },
  style: { bundle: true, minify: true, entryPoints: { 'graph-page': 'src/graph/page/page.css' }, outdir: 'dist' },
  sandbox: { ...node, entryPoints: ['src/sandbox/main.ts'], outfile: 'dist/sandbox.cjs', external: ['typescript'] },
  debian: { ...node, entryPoints: ['src/packaging/debian/build-deb.ts'], outfile: 'dist/debian.cjs' },
  binary: { ...node, entryPoints: ['src/packaging/binary/main.ts'], outfile: 'dist/binary.cjs' },
};

/** What the packages ship, and so the licences of what is in it. */
export const SHIPPED = ['watcher', 'graph', 'prime', 'page'];
