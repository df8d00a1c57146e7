import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFileSource } from '../../../src/discovery/file/source.ts';
import type { Source } from '../../../src/discovery/source.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import type { SourceBench } from '../source-bench.ts';
import { TWO_PODS, writtenSet } from './written.ts';

const AN_HOUR_AGO = Date.now() / 1000 - 3_600;

/** Written a while ago: what looks half written is then not waited for. */
async function sourceOf(text: string, maxAgeMs: number | null = null): Promise<Source> {
  const path = join(tempFolder(), 'discovery.json');
  writeFileSync(path, text);
  utimesSync(path, AN_HOUR_AGO, AN_HOUR_AGO);
  return createFileSource({ path, maxAgeMs });
}

export const fileBench: SourceBench = {
  endpointSet: 'shop',
  serve: (pods) => sourceOf(writtenSet(pods)),
  missing: () => sourceOf('{"endpoint_sets": []}'),
  empty: () => sourceOf(writtenSet([])),
  denied: 'a file that may not be read says nothing of who may see a group',
  stale: () => sourceOf(writtenSet(TWO_PODS), 60_000),
  partial: 'a file is whole, or no JSON',
  slow: 'a local file is not waited for',
  cutOff: () => sourceOf(writtenSet(TWO_PODS).slice(0, 100)),
  wrongType: () => sourceOf(writtenSet([], { endpoints: [{ id: 'a', port: 'http' }] })),
  wrongService: () => sourceOf('endpoint_sets:\n- cluster_name: dc1\n'),
};
