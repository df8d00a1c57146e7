export const HEALTHS = ['passing', 'warning', 'any'] as const;

/** Which instances count: those of which each check passes, those of which none is critical, or all. */
export type Health = (typeof HEALTHS)[number];

/** Whether an instance with these checks counts. A node's own checks are among them. */
export function isWell(checks: readonly { readonly Status: string }[], health: Health): boolean {
  return health === 'any' || checks.every(({ Status: status }) => GOOD[health].includes(status));
}

const GOOD: Readonly<Record<Exclude<Health, 'any'>, readonly string[]>> = {
  passing: ['passing'],
  warning: ['passing', 'warning'],
};
