/** How far aliases are followed from one answer to the next. */
import { expect, test } from 'vitest';
import { lookUp } from '../../../src/discovery/dns/lookup.ts';
import type { DnsReply } from '../../../src/discovery/dns/message.ts';
import { srv } from '../../../src/sandbox/dns/server.ts';

/** So many names, each an alias of the next, each told by an answer of its own. */
async function follow(names: number) {
  let asked = 0;
  const found = lookUp(
    async ({ name }) => {
      asked += 1;
      const answers =
        asked === names
          ? [{ ...srv(name, 'web'), class: 'IN' as const }]
          : [{ type: 'CNAME' as const, name, data: `n${asked}.example` }];
      return {
        isNameThere: true,
        answers,
        additionals: [],
        isFinal: false,
        ignorance: null,
        isCut: false,
      } satisfies DnsReply;
    },
    'n0.example',
    'SRV',
  );
  const records = await found.then(
    (result) => result!.records.length,
    ({ message }: Error) => message,
  );
  return { asked, records };
}

test('sixteen names are asked about, and no more', async () => {
  expect(await follow(16)).toEqual({ asked: 16, records: 1 });
  expect(await follow(17)).toEqual({ asked: 16, records: 'more than 16 aliases (CNAME) follow one another' });
});
