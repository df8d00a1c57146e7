import { compileFunction } from 'node:vm';
import { readProgramFile } from './program-file.ts';

/**
 * A bundle of its own, for what cron's runs never load. It is compiled from its text, because inside a single executable
 * there is no file to import.
 */
export async function loadBundle<Exports>(name: string): Promise<Exports> {
  const module = { exports: {} };
  const scope = { module, exports: module.exports, require, __filename, __dirname };
  const code = await readProgramFile(name);
  compileFunction(code, Object.keys(scope), { filename: name })(...Object.values(scope));
  return module.exports as Exports;
}
