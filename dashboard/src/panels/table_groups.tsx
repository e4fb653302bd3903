/** The listed flights counted by airline or by type; each group opens to its flights. */
import { useSignal } from '@preact/signals';
import type { App } from '../app';
import { census, type Group, type Trait } from '../sky/census';
import { count } from '../text/format';
import type { LiveListing } from './live_listing';

const MOST = 60; // flights shown of an open group

export function TableGroups({ app, live, trait }: { app: App; live: LiveListing; trait: Trait }) {
  void live.listed.value;
  const open = useSignal<string | null | undefined>(undefined);
  const groups = census(app.sky, live.listing.slots.subarray(0, live.listing.count), trait);
  const largest = Math.max(1, ...groups.map(({ slots }) => slots.length));
  return (
    <ul class="groups" aria-label={trait === 'operator' ? 'Flights by operator' : 'Flights by type'}>
      {groups.map((group) => {
        const is = open.value === group.name;
        return (
          <li key={group.name ?? ' '} class={is ? 'open' : ''}>
            <button type="button" aria-expanded={is} onClick={() => (open.value = is ? undefined : group.name)}>
              <i class="share" aria-hidden="true" style={{ width: `${(100 * group.slots.length) / largest}%` }} />
              <span>{group.name ?? 'Not known'}</span>
              <b>{count(group.slots.length)}</b>
            </button>
            {is && <Members app={app} group={group} trait={trait} />}
          </li>
        );
      })}
    </ul>
  );
}

function Members({ app: { sky, state }, group: { name, slots }, trait }: { app: App; group: Group; trait: Trait }) {
  const term = name === null || name.includes('"') ? null : `${trait === 'operator' ? 'op' : 'type'}:${/[\s,]/.test(name) ? `"${name}"` : name}`;
  return (
    <div class="members">
      {slots.slice(0, MOST).map((slot) => {
        const facts = sky.facts[slot];
        if (!facts) return null;
        const selected = state.selected.value.includes(facts.id);
        return (
          <button
            key={slot} type="button" aria-pressed={selected} class={facts.emergency === null ? '' : 'alarm'}
            onClick={(event) => (event.shiftKey || event.ctrlKey || event.metaKey || state.multi.value ? state.toggle(facts.id) : state.choose(facts.id))}
          >
            {facts.emergency !== null && '⚠ '}{facts.callsign?.trim() || facts.registration || facts.icao24.toUpperCase()}
          </button>
        );
      })}
      {slots.length > MOST && <span>and {count(slots.length - MOST)} more</span>}
      {term !== null && !state.terms.value.includes(term) && (
        <button type="button" class="only" onClick={() => (state.terms.value = [...state.terms.value, term])}>Only these</button>
      )}
    </div>
  );
}
