import { instance, type Viz } from '@viz-js/viz';
import { arrowsOf } from './arrows.ts';
import { dot } from './dot.ts';
import { formatEdge } from './edge-words.ts';
import { escapeXml } from './escape-xml.ts';
import { type MachineModel, statesIn } from './model.ts';
import { type Overlay, wayOf } from './overlay.ts';
import { ROLE_WORDS, type Role, roleOf } from './roles.ts';
import { swatch } from './swatch.ts';
import { GRAPH_STYLE, paletteOf } from './theme.ts';

const LEGEND_HEIGHT = 34;
const CAPTION_HEIGHT = 30;
const SWATCH_WIDTH = 128;

let viz: Promise<Viz> | null = null;

/** Machines as a picture of its own: light, dark and printed, with the key to its colours. */
export async function svg(
  models: readonly MachineModel[],
  overlays: ReadonlyMap<string, Overlay> = new Map(),
): Promise<string> {
  const { inner, width, height } = await layOut(models, overlays);
  const captions = [...overlays.values()].map(({ caption }) => caption);
  const above = captions.length * CAPTION_HEIGHT;
  const roles = Object.keys(ROLE_WORDS).filter((role) => role !== 'group' && hasRole(models, role as Role)) as Role[];
  const wide = Math.max(width, roles.length * SWATCH_WIDTH);
  const high = above + height + LEGEND_HEIGHT;
  const names = models.map(({ id }) => id).join(', ');
  return `<svg xmlns="http://www.w3.org/2000/svg" class="machine" role="img" aria-label="${escapeXml(`The states of ${names}`)}" width="${wide}" height="${high}" viewBox="0 0 ${wide} ${high}">
<style>${paletteOf('.machine')}
${GRAPH_STYLE}</style>
<rect width="100%" height="100%" style="fill:var(--paper)"/>
${captions.map((text, index) => `<text class="caption" x="8" y="${20 + index * CAPTION_HEIGHT}">${escapeXml(text)}</text>`).join('\n')}
<g transform="translate(0 ${above})">
${inner}
</g>
<g transform="translate(8 ${above + height + 6})" font-size="12">
${roles.map((role, index) => swatch(role, index * SWATCH_WIDTH)).join('\n')}
</g>
</svg>
`;
}

/** The same as a part of a page, which brings the style. */
export async function inlineSvg(model: MachineModel): Promise<string> {
  const { inner, width, height } = await layOut([model], new Map());
  return `<svg class="machine" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${inner}</svg>`;
}

interface Layout {
  readonly inner: string;
  readonly width: number;
  readonly height: number;
}

async function layOut(models: readonly MachineModel[], overlays: ReadonlyMap<string, Overlay>): Promise<Layout> {
  viz ??= instance();
  const drawn = (await viz).renderString(dot(models, overlays), { format: 'svg', engine: 'dot' });
  const [, width, height] = /viewBox="[\d.]+ [\d.]+ ([\d.]+) ([\d.]+)"/.exec(drawn)!;
  const inner = drawn.slice(drawn.indexOf('<g id="graph0"'), drawn.lastIndexOf('</svg>')).replace('id="graph0" ', '');
  return { inner: withTitles(inner, models), width: Math.ceil(Number(width)), height: Math.ceil(Number(height)) };
}

/** What Graphviz calls a part becomes what a person wants to read when pointing at it. */
function withTitles(drawn: string, models: readonly MachineModel[]): string {
  const titles = new Map(models.flatMap(titlesOf));
  return drawn.replace(
    /(<g id="([^"]*)"[^>]*>\n)<title>[^<]*<\/title>\n|<title>[^<]*<\/title>\n|<!--.*?-->\n/g,
    (_, start?: string, id?: string) => {
      const title = titles.get(unescapeXml(id ?? ''));
      return start === undefined ? '' : `${start}${title === undefined ? '' : `<title>${escapeXml(title)}</title>\n`}`;
    },
  );
}

function titlesOf(model: MachineModel): [id: string, title: string][] {
  const states = statesIn(model.root).map(({ id, name, description }): [string, string] => [id, description ?? name]);
  const arrows = arrowsOf(model).map(({ source, target, edges }): [string, string] => [
    wayOf(source, target),
    edges
      .map((edge) => {
        const actions = edge.actions.map(({ name }) => name).join(', ');
        return [formatEdge(edge), actions && `does ${actions}`, edge.description].filter(Boolean).join('. ');
      })
      .join('\n'),
  ]);
  return [...states, ...arrows];
}

function hasRole(models: readonly MachineModel[], role: Role): boolean {
  return models.some(({ root }) => statesIn(root).some((state) => roleOf(state) === role));
}

function unescapeXml(text: string): string {
  return text
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
