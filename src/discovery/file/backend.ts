import { sourceKey } from '../../config/key.ts';
import { path } from '../../config/value-types.ts';
import type { SourceBackend } from '../backend.ts';
import { createFileSource } from './source.ts';

export interface FileSourceSettings {
  /** The file that plays discovery. */
  readonly sourceFile: string;
}

/** A JSON file in place of a service. */
export const file: SourceBackend<FileSourceSettings> = {
  keys: {
    sourceFile: sourceKey('source_file', path, '/etc/yandex/market-watcher/discovery.json', {
      doc: 'The JSON file that plays service discovery when source is file.',
    }),
  },
  files: { reads: ['sourceFile'] },
  secrets: async () => [],
  describe: ({ sourceFile }) => `file ${sourceFile}`,
  create: ({ sourceFile }) => createFileSource({ path: sourceFile }),
};
