/** Dresses the page: style sheets read the theme from the root, the browser its own parts from two lines of the head. */
import type { Theme } from '../state/state';

const BEHIND: Readonly<Record<Theme, string>> = { dark: '#04070d', light: '#dfe9f1' };

export function wear(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
  document.querySelector('meta[name="color-scheme"]')?.setAttribute('content', theme);
  document.querySelector('meta[name="theme-color"]')?.setAttribute('content', BEHIND[theme]);
}
