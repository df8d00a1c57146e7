import { escapeXml } from '../escape-xml.ts';
import { type MachineModel, type StateModel, statesIn } from '../model.ts';
import { type Role, roleOf } from '../roles.ts';
import { swatch } from '../swatch.ts';
import { GRAPH_STYLE, paletteOf } from '../theme.ts';
import { BOXES, FRAMES } from './boxes.ts';
import { exitLine, lanes } from './lanes.ts';
import { BOX, boxTop, CAPTION, frameOf, HEIGHT, LANE, STEP_X, WIDTH } from './layout.ts';
import { tip } from './tip.ts';
import { exitsOf } from './ways.ts';

const KEY_WIDTH = 122;
const STYLE = `.machine .step,.machine .lane{stroke:var(--line);fill:none;stroke-width:1.4}
.machine .tip{fill:var(--line)}
.machine .frame{fill:var(--group);stroke:var(--group-line)}
.machine .title{font-size:15px;font-weight:600}
.machine .small{font-size:12.5px;fill:var(--faint)}`;

/** The run in a picture that a newcomer can read: one box for each step, and what leads past the others. */
export function overviewSvg(model: MachineModel): string {
  const exits = exitsOf(model);
  return `<svg xmlns="http://www.w3.org/2000/svg" class="machine" role="img" aria-label="The steps of a run" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}">
<style>${paletteOf('.machine')}
${GRAPH_STYLE}
${STYLE}</style>
<rect width="100%" height="100%" style="fill:var(--paper)"/>
${[...FRAMES.map(frame), ...lanes(exits), ...exits.map(exitLine), ...BOXES.slice(1).map(step)].join('\n')}
${BOXES.map((_, index) => box(index, model)).join('\n')}
<g transform="translate(${LANE.text} ${HEIGHT - 30})" font-size="12">
${(['acting', 'waiting', 'deciding'] as const).map((role, index) => swatch(role, index * KEY_WIDTH)).join('\n')}
</g>
</svg>
`;
}

function frame(_: unknown, index: number): string {
  const { x, y, width, height } = frameOf(index);
  const { state, title } = FRAMES[index]!;
  return `<rect class="frame" x="${x}" y="${y}" width="${width}" height="${height}" rx="9"/>
<text class="small" x="${STEP_X + 14}" y="${y + CAPTION - 7}">${escapeXml(`${state}: ${title}`)}</text>`;
}

function box(index: number, { root }: MachineModel): string {
  const { title, states } = BOXES[index]!;
  const inside = statesIn(root).filter(({ name }) => states.includes(name));
  const y = boxTop(index);
  return `<rect class="swatch ${roleOfAll(inside)}" x="${BOX.x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="7"/>
<text class="title" x="${BOX.x + 12}" y="${y + 19}">${escapeXml(title)}</text>
<text class="small" x="${BOX.x + 12}" y="${y + 37}">${escapeXml(states.join(', '))}</text>`;
}

/** A box for several states has the colour of what most of them do: something runs. */
function roleOfAll(states: readonly StateModel[]): Role {
  if (states.every(({ type }) => type === 'final')) return 'end';
  return states.length === 1 && states[0]!.states.length === 0 ? roleOf(states[0]!) : 'acting';
}

function step(_: unknown, index: number): string {
  const [from, to] = [boxTop(index) + BOX.height, boxTop(index + 1)];
  return `<path class="step" d="M${STEP_X} ${from}V${to - 5}"/>${tip(STEP_X, to, 'down')}`;
}
