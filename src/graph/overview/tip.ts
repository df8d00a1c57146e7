/** The head of an arrow, with its point at `x` and `y`. */
export function tip(x: number, y: number, to: 'down' | 'left'): string {
  const [dx, dy] = to === 'down' ? [4, -7] : [7, -4];
  const points = to === 'down' ? `${x - dx},${y + dy} ${x + dx},${y + dy}` : `${x + dx},${y + dy} ${x + dx},${y - dy}`;
  return `<polygon class="tip" points="${x},${y} ${points}"/>`;
}
