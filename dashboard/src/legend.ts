/** What the colours of the aircraft mean. */
import { STEPS, TOP_FT, stepColour } from './colours';
import { element } from './element';

const MARKS_FT = [0, 10_000, 20_000, 30_000, TOP_FT];

export function fillLegend(panel: HTMLElement): void {
  const bar = element('div', 'ramp');
  const colours = Array.from({ length: STEPS }, (_, step) => stepColour(step));
  bar.style.background = `linear-gradient(to right, ${colours.join(', ')})`;
  const marks = element('div', 'marks');
  for (const feet of MARKS_FT) {
    const mark = element('span', '', feet === 0 ? '0' : `${feet / 1000}k`);
    mark.style.left = `${(100 * feet) / TOP_FT}%`;
    marks.append(mark);
  }
  const also = element('div', 'also', element('i', 'ground'), 'on ground', element('i', 'emergency'), 'emergency');
  panel.append(element('h2', '', 'Altitude, ft'), bar, marks, also);
}
