import { make } from './dom.ts';

/** The window onto the drawing that is shown: how large it is, and which part of it is seen. */
export interface Zoom {
  readonly panel: HTMLElement;
  readonly buttons: HTMLElement;
  /** Shows another drawing, at the size of the one before. */
  show(svg: SVGSVGElement): void;
  /** Brings a part of the drawing into the middle, unless all of it is in view. */
  lookAt(part: Element | null): void;
}

/** At 100 % the names of states are 14 pixels high, and what stands below them 11. */
const LEGIBLE = 1.1;
const LARGEST = 4;
const STEP = 1.25;

/** What the style sheet leaves free around the drawing, in pixels, on both sides together. */
const MARGINS = 24;

/** `place` is the part to look at when the drawing becomes legible again. */
export function createZoom(place: () => Element | null): Zoom {
  const panel = make('div', {
    class: 'graph-view',
    role: 'tabpanel',
    id: 'graph',
    tabindex: '0',
    'aria-label': 'graph',
  });
  const fit = make('button', { type: 'button', onclick: () => (isWhole ? readAgain() : resize(null)) });
  const buttons = make(
    'div',
    { class: 'zoom', role: 'group', 'aria-label': 'zoom' },
    stepButton('−', 'smaller', 1 / STEP),
    fit,
    stepButton('+', 'larger', STEP),
  );
  let shown: SVGSVGElement | null = null;
  let scale = LEGIBLE;
  let isWhole = false;
  new ResizeObserver(() => isWhole && resize(null)).observe(panel);
  resize(scale);

  /** Draws at a scale, or the whole with `null`; what is in the middle stays there. */
  function resize(to: number | null): void {
    isWhole = to === null;
    scale = to ?? scaleOfWhole();
    fit.textContent = isWhole ? '100 %' : 'fit';
    fit.title = isWhole ? 'back to a size that can be read' : 'fit the whole drawing into the window';
    if (shown === null) return;
    const across = (panel.scrollLeft + panel.clientWidth / 2) / panel.scrollWidth;
    const down = (panel.scrollTop + panel.clientHeight / 2) / panel.scrollHeight;
    shown.style.width = `${shown.viewBox.baseVal.width * scale}px`;
    panel.scrollLeft = across * panel.scrollWidth - panel.clientWidth / 2;
    panel.scrollTop = down * panel.scrollHeight - panel.clientHeight / 2;
  }

  function readAgain(): void {
    resize(LEGIBLE);
    lookAt(place());
  }

  /** The scale at which the whole drawing is in the window; small drawings do not grow. */
  function scaleOfWhole(): number {
    if (shown === null) return LEGIBLE;
    const { width, height } = shown.viewBox.baseVal;
    const [across, down] = [(panel.offsetWidth - MARGINS) / width, (panel.offsetHeight - MARGINS) / height];
    return Math.max(0.01, Math.min(LEGIBLE, across, down));
  }

  function lookAt(part: Element | null): void {
    if (part === null || !panel.isConnected || !panel.contains(part)) return;
    const seen = part.getBoundingClientRect();
    const view = panel.getBoundingClientRect();
    const isAcross = seen.left >= view.left && seen.right <= view.right;
    if (isAcross && seen.top >= view.top && seen.bottom <= view.bottom) return;
    panel.scrollBy({
      top: seen.top + seen.height / 2 - view.top - view.height / 2,
      left: seen.left + seen.width / 2 - view.left - view.width / 2,
    });
  }

  function stepButton(text: string, label: string, times: number): HTMLElement {
    const press = () => resize(Math.min(LARGEST, Math.max(scaleOfWhole(), scale * times)));
    return make('button', { type: 'button', 'aria-label': label, title: label, onclick: press }, text);
  }

  return {
    panel,
    buttons,
    show(svg) {
      shown = svg;
      panel.replaceChildren(svg);
      resize(isWhole ? null : scale);
    },
    lookAt,
  };
}
