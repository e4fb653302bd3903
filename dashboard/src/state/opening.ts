/** How the page begins: what the address says goes before what the browser has kept, and that before what the system asks for. */
import { readHash } from './address';
import { choicesOf, choose } from './choices';
import type { Kept } from './kept';
import type { State } from './state';
import { translate, type Translated } from './tar1090';

export interface Opening extends Pick<Translated, 'sought' | 'soughtZoom' | 'rest'> {
  /** The address says where the map looks. */
  readonly placed: boolean;
}

/** Reads query and hash of the address into the state. `now` is ms since 1970. */
export function open(state: State, kept: Kept, query: string, hash: string, now: number): Opening {
  const asked = translate(query, { ...kept.usual, ...kept.liked }, now);
  if (asked.reset) kept.forget();
  const told = readHash(hash);
  choose(state, { ...kept.liked, ...asked.choices, ...told });
  state.embed.value = asked.bare === 'embed';
  state.kiosk.value = asked.bare === 'kiosk';
  kept.opened(choicesOf(state));
  const { sought, soughtZoom, rest } = asked;
  return { sought, soughtZoom, rest, placed: told.camera !== undefined || asked.choices.camera !== undefined };
}
