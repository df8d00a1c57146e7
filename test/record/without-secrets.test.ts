import { expect, test } from 'vitest';
import { withoutSecrets } from '../../src/record/without-secrets.ts';

const clean = (value: unknown) => withoutSecrets(value, (text) => text.replaceAll('s3cret', '***'));

test('a secret is in no text and in no key, however deep', () => {
  expect(clean({ list: ['a s3cret', { 's3cret/front': '7' }], none: null, many: 3 })).toEqual({
    list: ['a ***', { '***/front': '7' }],
    none: null,
    many: 3,
  });
});

test('what has the name of a secret is one, and what only contains such a name is none', () => {
  expect(clean({ token: 'x', Password: 'y', tokens: 'z', 'sas/token': '1', authorization: 5 })).toEqual({
    ...{ token: '***', Password: '***', tokens: 'z', 'sas/token': '1' },
    authorization: 5,
  });
});
