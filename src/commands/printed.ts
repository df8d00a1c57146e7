/** What a command prints, and the code it exits with. */
export interface Printed {
  readonly text: string;
  readonly code: number;
}
