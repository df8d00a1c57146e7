/** Files and processes count when they belong to this process's own user or to root. What anybody else made decides nothing. */
export function isTrustedUser(uid: number): boolean {
  return uid === 0 || uid === ownUser();
}

/** Why the uid is not trusted: `belongs to uid 1000, which is neither root nor this user (uid 0)`. */
export function formatStranger(uid: number): string {
  const own = ownUser();
  return `belongs to uid ${uid}, which is ${own === 0 ? 'not root' : `neither root nor this user (uid ${own})`}`;
}

function ownUser(): number {
  return process.geteuid!();
}
