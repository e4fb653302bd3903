/** Listed flights counted by what they have in common: an airline, a type. Pure. */
import type { Sky } from './sky';

export type Trait = 'operator' | 'type_code';

export interface Group {
  /** Null: of these it is not known. */
  readonly name: string | null;
  /** In the order of the list. */
  readonly slots: readonly number[];
}

/** The largest first, equals by name; those it is not known of last. */
export function census(sky: Sky, slots: Uint32Array, trait: Trait): Group[] {
  const groups = new Map<string | null, number[]>();
  for (const slot of slots) {
    const facts = sky.facts[slot];
    if (!facts) continue;
    const name = facts[trait]?.trim() || null; // an empty one says nothing
    const group = groups.get(name);
    if (group) group.push(slot);
    else groups.set(name, [slot]);
  }
  return Array.from(groups, ([name, members]) => ({ name, slots: members })).sort(
    (a, b) => Number(a.name === null) - Number(b.name === null) || b.slots.length - a.slots.length || (a.name! < b.name! ? -1 : 1),
  );
}
