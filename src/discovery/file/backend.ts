import { sourceKey } from '../../config/key.ts';
import { duration, orNone, path } from '../../config/value-types.ts';
import type { SourceBackend } from '../backend.ts';
import { createFileSource } from './source.ts';

export interface FileSourceSettings {
  /** The file that plays discovery. */
  readonly sourceFile: string;
  /** Null: it may be of any age. */
  readonly sourceMaxAgeMs: number | null;
}

/** A JSON file in place of a service. */
export const file: SourceBackend<FileSourceSettings> = {
  keys: {
    sourceFile: sourceKey('source_file', path, '/etc/yandex/market-watcher/discovery.json', {
      doc: 'The JSON file that plays service discovery when source is file.',
    }),
    // Ten years: an age, which no timer waits for.
    sourceMaxAgeMs: sourceKey('source_max_age', orNone(duration({ min: 1, max: 87_600 * 3_600_000 })), 'none', {
      doc: 'How long ago source_file may have been written; an older one is stale.',
    }),
  },
  files: { reads: ['sourceFile'] },
  secrets: async () => [],
  describe: ({ sourceFile }) => `file ${sourceFile}`,
  create: ({ sourceFile, sourceMaxAgeMs }) => createFileSource({ path: sourceFile, maxAgeMs: sourceMaxAgeMs }),
};
