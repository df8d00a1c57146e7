import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandSource } from '../../support/ask-command.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import type { SourceBench } from '../source-bench.ts';
import { TWO_PODS, writtenSet } from './written.ts';

async function printing(text: string) {
  const path = join(tempFolder(), 'printed');
  writeFileSync(path, text);
  return commandSource(['cat', path]);
}

export const commandBench: SourceBench = {
  endpointSet: 'shop',
  serve: (pods) => printing(writtenSet(pods)),
  missing: () => printing('{"endpoint_sets": []}'),
  empty: () => printing(writtenSet([])),
  denied: () => printing(writtenSet([], { verdict: 'denied', detail: 'the token has expired' })),
  stale: () => printing(writtenSet(TWO_PODS, { verdict: 'stale', detail: 'its source is down' })),
  partial: () => printing(writtenSet(TWO_PODS, { verdict: 'unavailable', detail: 'one of two did not answer' })),
  slow: async () => commandSource('sleep 300', { timeoutMs: 200 }),
  cutOff: () => printing(writtenSet(TWO_PODS).slice(0, 100)),
  wrongType: () => printing(writtenSet([], { endpoints: [{ id: 'a', port: 'http' }] })),
  wrongService: () => printing('<html><body>404 Not Found</body></html>'),
};
