import type { Metafile } from 'esbuild';

export function notices(root: string, metafiles: readonly Pick<Metafile, 'outputs'>[]): string;
