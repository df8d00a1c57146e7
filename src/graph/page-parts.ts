/** The program of the page and its style, as they were bundled. */
export interface PageParts {
  readonly script: string;
  readonly style: string;
}

/** Reads one of the files that the build made. */
export type ReadPart = (name: string) => Promise<string>;

/** Reads what the build made for the page. Throws what `readPart` throws. */
export async function readPageParts(readPart: ReadPart): Promise<PageParts> {
  const [script, style] = await Promise.all(['graph-page.js', 'graph-page.css'].map(readPart));
  return { script: script!, style: style! };
}
