/** Stands in for `https` in a dependency that names it at its beginning: Node loads TLS when something of it is used. */
export default new Proxy({} as typeof import('node:https'), {
  get: (_, name) => Reflect.get(process.getBuiltinModule('node:https'), name),
});
