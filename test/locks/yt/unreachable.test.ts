import { expect, test } from 'vitest';
import { HttpProblem } from '../../../src/http/problem.ts';
import { unreachable } from '../../../src/locks/yt/unreachable.ts';

const PROXY = 'http://locke.yt.example.net';

test.each([
  ['no connection', new HttpProblem('refused', 'x'), PROXY, false, null],
  ['a certificate that is not believed', new HttpProblem('untrusted', 'x'), PROXY, true, null],
  ['TLS where none is', new HttpProblem('wrongScheme', 'x'), 'https://yt.example.net', true, /yt_proxy: http:/],
  ['TLS where none is, at the proxy', new HttpProblem('wrongScheme', 'x', { isAtProxy: true }), PROXY, true, null],
  ['a name that is not known', unknown('locke.yt.example.net'), PROXY, false, /is yt_proxy right/],
  ['the name of another host, the HTTP proxy', unknown('squid.example.net'), PROXY, false, null],
  ['the name of another host, and a short one', unknown('squid'), 'http://locke', false, null],
  ['a name that is not whole', unknown('locke'), 'http://locke', true, /locke\.yt\.yandex\.net/],
  ['localhost, of all names', unknown('localhost'), 'http://localhost:1', false, /is yt_proxy right/],
] as const)('%s', (_, problem, proxy, isFinal, hint) => {
  const found = unreachable(problem, proxy);
  expect(found.isFinal).toBe(isFinal);
  if (hint === null) expect(found.hint).toBe(null);
  else expect(found.hint).toMatch(hint);
});

function unknown(unknownHost: string): HttpProblem {
  return new HttpProblem('dns', 'x', { unknownHost });
}
