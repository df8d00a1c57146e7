/** What is said of a request without a reply, beside what it met. */
import { expect, test } from 'vitest';
import { diagnose } from '../../src/http/diagnosis.ts';
import { HttpProblem, type HttpProblemKind } from '../../src/http/problem.ts';

const keys = { address: 'yt_proxy', certificate: 'set yt_cert_file' };
const hintOf = (kind: HttpProblemKind, address: string, more: object = {}) =>
  diagnose(new HttpProblem(kind, 'it failed', more), address, keys).message.slice('it failed'.length);

test.each([
  ['refused', 'http://yt:80', ': is the server up, and yt_proxy right?'],
  ['notHttp', 'http://yt:80', ': is yt_proxy right?'],
  ['tooLarge', 'http://yt:80', ': is yt_proxy right?'],
  ['wrongScheme', 'http://yt:80', ': set yt_proxy: https://yt:80'],
  ['tls', 'https://yt', '; if it asks for a client certificate, set yt_cert_file'],
  ['truncated', 'http://yt:80', '; if that goes on, set yt_proxy: https://yt:80'],
  ['truncated', 'HTTPS://yt', '; if that goes on, set yt_proxy: http://yt, or set yt_cert_file'],
  ['timeout', 'http://yt:80', ''],
] as const)('%s at %s', (kind, address, hint) => {
  expect(hintOf(kind, address)).toBe(hint);
});

test.each<[boolean, readonly HttpProblemKind[]]>([
  [true, ['untrusted', 'wrongScheme', 'notHttp', 'tls', 'tooLarge']],
  [false, ['refused', 'dns', 'timeout', 'aborted', 'truncated', 'notUtf8', 'broken']],
])('that nothing heals by itself there is %s of %j', (isHopeless, kinds) => {
  for (const kind of kinds)
    expect(diagnose(new HttpProblem(kind, 'it failed'), 'http://yt', keys), kind).toMatchObject({ isHopeless });
});

test('a name that does not resolve is the address’s own, or another’s of which its setting knows nothing', () => {
  const own = ': is yt_proxy right, and does DNS work on this host?';
  expect(hintOf('dns', 'http://yt:80', { unknownHost: 'yt' })).toBe(own);
  expect(hintOf('dns', 'http://yt:80', { unknownHost: null })).toBe(own);
  expect(hintOf('dns', 'http://yt:80', { unknownHost: 'proxy' })).toBe('');
  expect(hintOf('refused', 'http://yt:80', { isAtProxy: true })).toBe('');
});

test('a proxy that lets nothing through is not asked again', () => {
  expect(diagnose(new HttpProblem('proxyDenied', 'no', { isAtProxy: true }), 'http://yt:80', keys).isHopeless).toBe(
    true,
  );
});
