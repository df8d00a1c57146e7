import { type Emitter, Liquid, LiquidError, type Template, TokenKind } from 'liquidjs';

export interface EngineQuestion {
  readonly template: string;
  readonly data: object;
}

/** What a template came to, each line with the template's line that began it; or what is wrong with it, and where. */
export type EngineAnswer =
  | { readonly text: string; readonly lines: readonly number[] }
  | { readonly problem: string; readonly line: number };

/** More than any configuration of HAProxy; a template that loops for ever ends. */
const bytesMax = 64 * 1024 * 1024;
const renderLimitMs = 60_000;

/**
 * Renders a template, strictly: a variable or filter that is not there is a mistake. Each line of the result knows which
 * line of the template it was begun by. A mistake is an answer, with its line.
 */
export function render({ template, data }: EngineQuestion): EngineAnswer {
  const liquid = new Liquid({
    strictVariables: true,
    strictFilters: true,
    lenientIf: true,
    ownPropertyOnly: true,
    memoryLimit: bytesMax,
    renderLimit: renderLimitMs,
    // A template is one file: nothing else can be included.
    templates: {},
  });
  liquid.registerFilter('haproxy', haproxyWord);
  const emitter = new LineEmitter();
  followLines(liquid, emitter);
  try {
    liquid.renderSync(liquid.parse(template), data);
    return { text: emitter.buffer, lines: emitter.lines };
  } catch (error) {
    if (!LiquidError.is(error)) throw error;
    const [line = 1] = error.token.getPosition();
    const { message } = (error as { readonly originalError?: Error }).originalError ?? error;
    return { line, problem: formatProblem(message) };
  }
}

function formatProblem(message: string): string {
  if (message.startsWith('ENOENT')) return 'a template cannot include other files';
  return message.replace(/, line:\d+, col:\d+$/, '');
}

/** Text as one word of HAProxy's configuration. */
function haproxyWord(value: unknown): string {
  const text = String(value);
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `"${text.replaceAll(/["\\$]/g, '\\$&')}"`;
}

/** Tells the emitter which piece of the template writes next. Captured text has an emitter of its own. */
function followLines(liquid: Liquid, emitter: LineEmitter): void {
  const { renderer } = liquid;
  const renderTemplates = renderer.renderTemplates.bind(renderer);
  renderer.renderTemplates = function* (templates, ctx, given) {
    const used = given ?? (emitter.isUsed ? undefined : emitter);
    if (used !== emitter) return yield* renderTemplates(templates, ctx, used);
    emitter.isUsed = true;
    for (const template of templates) {
      emitter.piece = template;
      yield* renderTemplates([template], ctx, emitter);
      if (ctx.breakCalled || ctx.continueCalled) break;
    }
    return emitter.buffer;
  };
}

class LineEmitter implements Emitter {
  buffer = '';
  readonly lines: number[] = [];
  isUsed = false;
  piece: Template | null = null;
  #isLineBegun = false;

  write(html: unknown): void {
    const text = html === undefined || html === null ? '' : String(html);
    this.buffer += text;
    let line = this.#lineOfPiece();
    const isPlain = this.piece?.token.kind === TokenKind.HTML;
    for (const [index, part] of text.split('\n').entries()) {
      if (index > 0) {
        if (!this.#isLineBegun) this.lines.push(line);
        this.#isLineBegun = false;
        if (isPlain) line += 1;
      }
      if (part.trim() !== '' && !this.#isLineBegun) {
        this.lines.push(line);
        this.#isLineBegun = true;
      }
    }
  }

  #lineOfPiece(): number {
    const token = this.piece!.token as Template['token'] & { readonly trimLeft?: number };
    const before = token.input.slice(0, token.begin + (token.kind === TokenKind.HTML ? (token.trimLeft ?? 0) : 0));
    return before.split('\n').length;
  }
}
