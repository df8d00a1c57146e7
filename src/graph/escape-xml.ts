import { printable } from '../text/printable.ts';

/** A text as content or as a quoted attribute of XML and HTML, without what XML cannot have. */
export function escapeXml(text: string): string {
  return printable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
