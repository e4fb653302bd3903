/** Events in words. Pure. */
import { emergency } from '../text/format';
import type { FlightEvent } from '../stream/messages';

/** Kinds by the switch they are chosen with, in the order of interest. */
export const KINDS = [
  { name: 'Emergencies', icon: 'alarm', kinds: ['emergency_on', 'emergency_off', 'squawk'] },
  { name: 'Take-offs', icon: 'takeoff', kinds: ['takeoff'] },
  { name: 'Landings', icon: 'landing', kinds: ['landing', 'go_around'] },
  { name: 'Appearing', icon: 'begin', kinds: ['flight_started', 'flight_ended'] },
  { name: 'Other', icon: 'other', kinds: ['area_entered', 'area_left', 'address_conflict'] },
] as const;
export type Group = (typeof KINDS)[number];

/** The switch of a kind; a kind nobody knows is another one. */
export function groupOf(kind: string): Group {
  return KINDS.find(({ kinds }) => (kinds as readonly string[]).includes(kind)) ?? KINDS[KINDS.length - 1]!;
}

/** What happened, after the flight's name: `landed at EDDF`. */
export function words({ kind, more }: FlightEvent): string {
  const airport = said(more['airport']);
  const area = said(more['area']);
  switch (kind) {
    case 'takeoff': return airport ? `took off from ${airport}` : 'took off';
    case 'landing': return airport ? `landed at ${airport}` : 'landed';
    case 'go_around': return airport ? `went around at ${airport}` : 'went around';
    case 'emergency_on': return emergency(said(more['emergency']) || 'unknown').toLowerCase();
    case 'emergency_off': return 'ended its emergency';
    case 'squawk': return `squawks ${said(more['squawk']) || 'nothing'}`;
    case 'flight_started': return 'was heard for the first time';
    case 'flight_ended': return 'ended its flight';
    case 'area_entered': return `entered ${area || 'an area'}`;
    case 'area_left': return `left ${area || 'an area'}`;
    case 'address_conflict': return 'shares its address with another aircraft';
    default: return kind.replaceAll('_', ' ');
  }
}

/** The aircraft of an event when its callsign is not known: `4ca2d6`. */
export function addressOf(flight: string): string {
  return flight.split('-')[0] ?? flight;
}

/** Events of two lists, each once, the latest first; those later than `until` or beyond `most` are left out. */
export function merged(
  lists: readonly (readonly FlightEvent[])[], since: number, until: number, most: number, hidden: ReadonlySet<string>,
): FlightEvent[] {
  const byId = new Map<string, FlightEvent>();
  for (const list of lists) {
    for (const event of list) {
      if (event.time < since || event.time > until || hidden.has(groupOf(event.kind).name)) continue;
      byId.set(event.id, event);
    }
  }
  return [...byId.values()].sort((a, b) => b.time - a.time || (a.id < b.id ? 1 : -1)).slice(0, most);
}

function said(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
