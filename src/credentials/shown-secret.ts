/** A secret of a file, as it is shown to a service from one request to the next. */
export interface ShownSecret {
  /** Read before the first request, and again once it was refused. Rejects only where there is no earlier one to show. */
  current(): Promise<string>;
  /** The service does not know `shown`. True: the file says another by now, which may be shown in its place. */
  refused(shown: string): Promise<boolean>;
}

/** `forget` has the next `read` look at the file anew. */
export function showSecret(read: () => Promise<string>, forget: () => void): ShownSecret {
  let known: string | null = null;
  let isDoubted = false;

  async function current(): Promise<string> {
    if (known !== null && !isDoubted) return known;
    if (isDoubted) forget();
    try {
      known = await read();
      isDoubted = false;
    } catch (error) {
      // A file that is being replaced may be readable a moment later, and until then the service has the last word.
      if (known === null) throw error;
    }
    return known;
  }

  return {
    current,
    async refused(shown) {
      if (shown === known) isDoubted = true;
      return (await current()) !== shown;
    },
  };
}
