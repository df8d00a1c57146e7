import { expect, test } from 'vitest';
import { HttpProblem } from '../../../src/http/problem.ts';
import { unreachable } from '../../../src/locks/yt/unreachable.ts';

const PROXY = 'http://locke.yt.example.net';

test.each([
  ['no connection', new HttpProblem('refused', 'x'), PROXY, false, /^x: is the server up, and yt_proxy right\?$/],
  ['no connection to the HTTP proxy', new HttpProblem('refused', 'x', { isAtProxy: true }), PROXY, false, /^x$/],
  ['a certificate that is not trusted', new HttpProblem('untrusted', 'x'), PROXY, true, /^x$/],
  ['TLS where none is', new HttpProblem('wrongScheme', 'x'), 'https://yt.example.net', true, /yt_proxy: http:/],
  ['TLS where none is, at the proxy', new HttpProblem('wrongScheme', 'x', { isAtProxy: true }), PROXY, true, /^x$/],
  ['a name that is not known', unknown('locke.yt.example.net'), PROXY, false, /is yt_proxy right/],
  ['the name of another host, the HTTP proxy', unknown('squid.example.net'), PROXY, false, /^x$/],
  ['the name of another host, and a short one', unknown('squid'), 'http://locke', false, /^x$/],
  ['a name that is not whole', unknown('locke'), 'http://locke', true, /locke\.yt\.yandex\.net/],
  ['localhost, of all names', unknown('localhost'), 'http://localhost:1', false, /is yt_proxy right/],
] as const)('%s', (_, problem, proxy, isHopeless, message) => {
  expect(unreachable(problem, proxy)).toEqual({ isHopeless, message: expect.stringMatching(message) });
});

function unknown(unknownHost: string): HttpProblem {
  return new HttpProblem('dns', 'x', { unknownHost });
}
