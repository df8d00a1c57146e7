/** What is said of a state to people decides nothing, and what is written for the compiler alone is not there when it runs. */
const WORDS = new Map([
  ['description', 'said to people: the drawings and their tests have it'],
  ['types', 'read by the compiler alone'],
]);

/** Stryker's contract for such a plugin: a reason for what it is to leave as it is. */
export const strykerPlugins = [
  {
    kind: 'Ignore',
    name: 'words',
    value: { shouldIgnore: (path) => (path.isObjectProperty() ? WORDS.get(path.node.key.name) : undefined) },
  },
];
