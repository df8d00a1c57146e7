import { ROLE_WORDS, type Role } from './roles.ts';

/** One entry of the key to a picture's colours. */
export function swatch(role: Role, x: number): string {
  return `<rect class="swatch ${role}" x="${x}" y="2" width="18" height="14" rx="4"/><text x="${x + 24}" y="13">${ROLE_WORDS[role]}</text>`;
}
