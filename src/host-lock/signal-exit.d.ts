/** What is used of the package that `lockfile` hangs its exit hooks on. */
declare module 'signal-exit' {
  const signalExit: {
    /** Takes every hook back, those on signals too. */
    unload(): void;
  };
  export default signalExit;
}
