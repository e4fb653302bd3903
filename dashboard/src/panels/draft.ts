/** What stands in the omnibox: shared with the chips, which put a term there to be changed. */
import { signal } from '@preact/signals';

export const draft = {
  text: signal(''),
  /** The chip that is being changed; null while a new one is written. */
  replacing: signal<number | null>(null),
};

/** Puts the cursor into the omnibox, with a text if one is given: `>` lists the commands. */
export function focusOmnibox(text?: string): void {
  const field = document.getElementById('find');
  if (!(field instanceof HTMLInputElement)) return;
  if (text !== undefined) draft.text.value = text;
  field.focus();
  if (text === undefined) field.select();
}
