/** A file or a symbolic link of the package; paths have no leading slash. All of them belong to root. */
export type PackageEntry = PackageFile | PackageLink;

export interface PackageFile {
  readonly path: string;
  readonly content: Buffer;
}

export interface PackageLink {
  readonly path: string;
  readonly target: string;
}

export function isLink(entry: PackageEntry): entry is PackageLink {
  return 'target' in entry;
}

/** What begins with `#!` is to be run; nothing else is, and nothing is for others to write. */
export function modeOf({ content }: PackageFile): number {
  return content.subarray(0, 2).toString('latin1') === '#!' ? 0o755 : 0o644;
}

/** The folders that the entries lie in, parents first. */
export function foldersOf(entries: readonly PackageEntry[]): readonly string[] {
  const folders = entries.flatMap(({ path }) => {
    const parts = path.split('/').slice(0, -1);
    return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  });
  return [...new Set(folders)].sort();
}
