import { isIp6 } from './ip6.ts';

/** What is a port more likely than the end of an address: one of four digits or more, or of DNS, HTTP or HTTPS. */
const LIKE_A_PORT = /^(.*):([0-9]{4,}|53|80|443)$/;

/**
 * How to write a text that ends like a port behind an IPv6 address without brackets, of which nobody can say whether that
 * is one; null for any other text.
 */
export function bracketsFor(text: string): string | null {
  const [, address = '', port] = LIKE_A_PORT.exec(text) ?? [];
  if (!isIp6(address)) return null;
  const whole = isIp6(text) ? `, or [${text}] where all of it is the address` : '';
  return `write [${address}]:${port}${whole}`;
}
