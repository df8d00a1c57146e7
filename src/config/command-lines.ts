/** A value in lines of at most `width` characters, broken only behind a semicolon, where a shell command stays the same. */
export function commandLines(value: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const part of value.split(/(?<=;) /)) {
    const longer = `${lines.at(-1)} ${part}`;
    if (lines.length > 0 && longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  return lines;
}
