import { createHash } from 'node:crypto';
import { asciiJson } from '../record/chain.ts';
import { escapeXml } from './escape-xml.ts';
import type { Loaded } from './load-recordings.ts';
import type { MachineModel } from './model.ts';
import type { PageParts } from './page-parts.ts';
import { inlineSvg } from './svg.ts';
import { GRAPH_STYLE, paletteOf } from './theme.ts';

const TITLES: Readonly<Record<string, string>> = {
  watcher: 'The run',
  clusterLock: 'The cluster lock',
  command: 'A command',
};

/** The page in one file, with recordings baked in. It asks nobody for anything. */
export async function html(
  models: readonly MachineModel[],
  recordings: readonly Pick<Loaded, 'name' | 'text'>[],
  parts: PageParts,
): Promise<string> {
  return pageOf({ models, graphs: await graphsOf(models) }, recordings, parts);
}

/** Machines with their graphs, which take longer to lay out than all else of a page. */
export interface LaidOut {
  readonly models: readonly MachineModel[];
  readonly graphs: readonly string[];
}

/** One element for each machine, in that order. */
export function graphsOf(models: readonly MachineModel[]): Promise<readonly string[]> {
  return Promise.all(models.map(graphSection));
}

/** The page of machines that are laid out. */
export function pageOf(
  { models, graphs }: LaidOut,
  recordings: readonly Pick<Loaded, 'name' | 'text'>[],
  { script, style }: PageParts,
): string {
  const styles = `${paletteOf(':root')}\n${GRAPH_STYLE}\n${style.trim()}`;
  const program = script.trim().replaceAll('</script', '<\\/script');
  const policy = `default-src 'none'; script-src '${hashOf(program)}'; style-src '${hashOf(styles)}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>watcher: how a run goes</title>
<style>${styles}</style>
</head>
<body>
<div id="app"></div>
<!-- machines -->
<script type="application/json" id="machines">${asData(models)}</script>
${graphs.join('\n')}
<!-- /machines -->
<script type="application/json" id="recordings">${asData(recordings.map(({ name, text }) => ({ name, text })))}</script>
<script>${program}</script>
</body>
</html>
`;
}

async function graphSection(model: MachineModel): Promise<string> {
  const title = escapeXml(TITLES[model.id] ?? model.id);
  return `<template data-machine="${escapeXml(model.id)}" data-title="${title}">
${await inlineSvg(model)}
</template>`;
}

/** No text in it can end the element that it stands in. */
function asData(value: unknown): string {
  return asciiJson(value).replaceAll('<', '\\u003c');
}

/** The browser runs and applies what has this hash, and nothing else. */
function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
