import { isIp6 } from './ip6.ts';

/**
 * How to write a text that ends like a port behind an IPv6 address without brackets, of which nobody can say whether that
 * is one; null for any other text.
 */
export function bracketsFor(text: string): string | null {
  const [, address = '', port] = /^(.*):([0-9]+)$/.exec(text) ?? [];
  if (!isIp6(address)) return null;
  const whole = isIp6(text) ? `, or [${text}] where all of it is the address` : '';
  return `write [${address}]:${port}${whole}`;
}
