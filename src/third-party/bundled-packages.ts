/** What is used of esbuild's metafile. */
export interface Bundled {
  readonly outputs: Readonly<Record<string, { readonly inputs: Readonly<Record<string, Contribution>> }>>;
}

interface Contribution {
  readonly bytesInOutput: number;
}

/** The folders of all packages whose code is in the bundles, sorted by name, such as `node_modules/yaml`. */
export function bundledPackages(bundles: readonly Bundled[]): string[] {
  const inputs = bundles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap((output) => Object.entries(output.inputs)),
  );
  const folders = inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .flatMap(([path]) => packageOf(path) ?? []);
  return [...new Set(folders)].sort();
}

/** A package may bring another version of a package in a node_modules of its own. */
function packageOf(path: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
}
