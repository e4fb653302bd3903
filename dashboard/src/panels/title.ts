/** What the tab is called: the emergencies there are, and whether it shows the past. */

/** `(2!) AeroTrack`; `21:04 · AeroTrack` in the past, whose local time `past` is. */
export function pageTitle(emergencies: number, past: string | null): string {
  const alarm = emergencies > 0 ? `(${emergencies}!) ` : '';
  return `${alarm}${past === null ? '' : `Replay ${past} · `}AeroTrack`;
}
