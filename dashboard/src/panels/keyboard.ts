/** Runs what keys say: commands of the omnibox, steps across the map, and what Esc closes. */
import type { App } from '../app';
import { commands } from '../find/commands';
import { keyCommands } from '../find/key_commands';
import { keyOf, type Key, type Press } from '../state/keys';
import { flip, type PanelName } from '../state/state';
import { focusOmnibox } from './omnibox';

const TOLD_MS = 1800;
const TEXT_FIELDS = new Set(['text', 'search', 'number', 'email', 'url', 'tel', 'password', 'date', 'time', 'datetime-local', 'month', 'week']);
/** What Esc closes, the top-most first. The help sheet, menus and the omnibox close themselves. */
const ON_TOP: readonly PanelName[] = ['help', 'layers', 'events'];

/** Listens until the page is gone. Whoever deals with a key itself calls `preventDefault` or stops it. */
export function obeyKeys(app: App, page: Window, chance: () => number): void {
  let silence: ReturnType<typeof setTimeout> | undefined;
  function tell(words: string): void {
    clearTimeout(silence);
    app.state.told.value = words;
    silence = setTimeout(() => (app.state.told.value = ''), TOLD_MS);
  }
  page.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const key = keyOf(pressOf(event), app.state.shortcuts.peek());
    if (!key || (app.state.open.peek().has('help') && key.id !== 'panel.help') || app.state.embed.peek()) return;
    event.preventDefault();
    const words = run(app, key, chance);
    if (words !== '') tell(words);
  });
}

/** Does it; says what was done, where that does not show by itself. */
function run(app: App, { id, needs }: Key, chance: () => number): string {
  if (id === 'find' || id === 'commands') {
    const look = (): void => (id === 'find' ? focusOmnibox() : focusOmnibox('>'));
    if (app.state.kiosk.peek()) setTimeout(look); // when the panels are there
    else look(); // what is typed next belongs to it
    app.state.kiosk.value = false;
    return '';
  }
  if (id === 'close') {
    closeTop(app);
    return '';
  }
  const command = [...commands(app), ...keyCommands(app, chance)].find((one) => one.id === id);
  if (!command) return needs ?? '';
  const { title } = command;
  command.run(app);
  return id.startsWith('panel.') ? '' : title;
}

function closeTop({ state }: App): void {
  const top = ON_TOP.find((name) => state.open.peek().has(name));
  if (state.measure.peek()?.open) state.measure.value = null;
  else if (top) flip(state.open, top, false);
  else if (state.multi.peek()) state.multi.value = false;
  else if (state.selected.peek().length > 0) state.choose(null);
  else state.kiosk.value = false;
}

function pressOf(event: KeyboardEvent): Press {
  const { key, code, ctrlKey: ctrl, metaKey: meta, altKey: alt, shiftKey: shift, repeat, target } = event;
  const element = target instanceof Element ? target : null;
  const pressable = element?.closest('button, a[href], summary, input, select, [role=button], [role=slider], [role=gridcell], [role=row]') != null;
  return { key, code, ctrl, meta, alt, shift, repeat, typing: isField(element), pressable };
}

function isField(element: Element | null): boolean {
  if (element instanceof HTMLInputElement) return TEXT_FIELDS.has(element.type);
  if (element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement) return true;
  return element instanceof HTMLElement && element.isContentEditable;
}
