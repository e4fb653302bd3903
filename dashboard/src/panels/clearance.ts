/** Where the panels are, for a map that is to show something beside them. */
import { clearPart, type Area } from '../map/clear_part';

const PANELS = ['top', 'kiosk', 'emergencies', 'table', 'details', 'events', 'layers', 'measure', 'timebar', 'legend', 'tools'];

/** The part of the window that no panel covers now. */
export function clearOfPanels(): Area {
  const { documentElement: root } = document;
  const sheet = root.dataset['sheet'];
  const rising = parseFloat(root.style.getPropertyValue('--sheet')); // the height it will have: it may be on its way
  const covered: Area[] = [];
  for (const id of PANELS) {
    const element = document.getElementById(id);
    if (!element) continue;
    const { left, top, right, bottom, height } = element.getBoundingClientRect();
    if (height > 0) covered.push({ left, top: id === sheet && rising > 0 ? bottom - rising : top, right, bottom });
  }
  return clearPart({ left: 0, top: 0, right: root.clientWidth, bottom: root.clientHeight }, covered);
}
