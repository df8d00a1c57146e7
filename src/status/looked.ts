/** What was asked, or why there is no answer. */
export type Looked<Answer> = Answer | { readonly problem: string };
