/**
 * What the attributes of a transaction say of its owner, in the words of our own record. A watcher writes that itself;
 * official clients have a title at best, else `hostname` and `command`, and always the login that owns the transaction.
 */
export function holderRecord(attributes: object): object {
  const { title, host, hostname, command, owner } = attributes as Readonly<Record<string, unknown>>;
  const place = textOf(host) ?? textOf(hostname);
  const program = Array.isArray(command) ? textOf(command.map(String).join(' ')) : textOf(command);
  const user = textOf(owner);
  const named = [program, place].filter((part) => part !== null).join(' on ');
  return {
    ...attributes,
    host: place,
    title: textOf(title) ?? textOf(named) ?? (user === null ? null : `YT user ${user}`),
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}
