/**
 * Whether a text is an IPv6 address without a zone, which means something on one host only. By the URL parser: the
 * pattern that Node 20 makes for `isIPv6` takes longer than reading the files of a small run.
 */
export function isIp6(text: string): boolean {
  return /^[\d:.a-f]{2,45}$/i.test(text) && URL.canParse(`http://[${text}]/`);
}
