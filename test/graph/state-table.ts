import { formatEdge } from '../../src/graph/edge-words.ts';
import { type EdgeModel, type MachineModel, type StateModel, statesIn } from '../../src/graph/model.ts';
import { shortDuration } from '../../src/graph/overlay.ts';
import { exitCodesOf } from '../../src/graph/roles.ts';

/** The states of a machine in Markdown: what each is, what it runs, what it waits for at most, and how it is left. */
export function stateTable(model: MachineModel): string {
  const states = statesIn(model.root).filter((state) => state !== model.root || hasOwnPart(state));
  const rows = states.map((state) => {
    const cells = [
      nameOf(state, model),
      state.description ?? 'The machine itself.',
      state.invokes.map(({ id, machine }) => `\`${id}\`${machine === null ? '' : ` (${machine})`}`).join('<br>'),
      [...new Set(state.edges.filter(({ kind }) => kind === 'after').map((edge) => timeout(edge, model)))].join('<br>'),
      exitsOf(state).join('<br>'),
    ];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return ['| state | | invokes | timeouts | exits |', '|---|---|---|---|---|', ...rows].join('\n');
}

function hasOwnPart({ invokes, edges }: StateModel): boolean {
  return invokes.length > 0 || edges.length > 0;
}

/** Inner states are set off from the states around them. */
function nameOf({ id, name }: StateModel, { id: machine }: MachineModel): string {
  const depth = Math.max(0, id.split('.').length - 2);
  return `${'&emsp;'.repeat(id === machine ? 0 : depth)}\`${name}\``;
}

function exitsOf(state: StateModel): string[] {
  const codes = exitCodesOf(state.id);
  const code = codes.length === 0 ? [] : [`exit code ${codes.join(', ')}`];
  const leaving = state.edges.filter(({ targets }) => targets.length > 0).map(exit);
  return [...code, ...leaving];
}

function exit(edge: EdgeModel): string {
  const targets = edge.targets.map((id) => `\`${id.split('.').at(-1)}\``).join(', ');
  return `${formatEdge(edge).replaceAll('[', '\\[')} → ${targets}`;
}

function timeout({ name }: EdgeModel, { delays }: MachineModel): string {
  const ms = delays.find((delay) => delay.name === name)?.ms ?? null;
  return `\`${name}\`${ms === null ? '' : `: ${shortDuration(ms)}`}`;
}
