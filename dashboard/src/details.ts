/** The panel of the selected flight. */
import { altitudeAt } from './aircraft';
import { altitudeColour } from './colours';
import { element } from './element';
import { age, altitude, climb, degrees, emergency, feet, knots, text } from './format';
import type { Flight } from './messages';

const TILES = ['Altitude', 'Ground speed', 'Vertical rate', 'Track', 'Squawk', 'Data age'] as const;
const LINES = ['Phase', 'Altitude above ellipsoid', 'Operator', 'Position from', 'Feed', 'Flight'] as const;

export class Details {
  readonly #panel: HTMLElement;
  readonly #title = element('h2');
  readonly #subtitle = element('p', 'subtitle');
  readonly #alarm = element('p', 'alarm');
  readonly #notice = element('p', 'remark');
  readonly #origin = element('b');
  readonly #destination = element('b');
  readonly #route: HTMLElement;
  readonly #tiles = new Map<string, HTMLElement>();
  readonly #lines = new Map<string, HTMLElement>();

  constructor(panel: HTMLElement, close: () => void) {
    this.#panel = panel;
    const button = element('button', 'close', '×');
    button.type = 'button';
    button.title = 'Close (Esc)';
    button.setAttribute('aria-label', 'Close');
    button.addEventListener('click', close);
    this.#route = element('div', 'route', this.#origin, element('span', 'leg'), this.#destination);
    const tiles = element('dl', 'tiles');
    for (const name of TILES) tiles.append(this.#entry(name, this.#tiles));
    const lines = element('dl', 'lines');
    for (const name of LINES) lines.append(this.#entry(name, this.#lines));
    panel.append(button, this.#title, this.#subtitle, this.#alarm, this.#notice, this.#route, tiles, lines);
  }

  /** `flight` is what is known of it, or was when it left the picture: then `present` is false. */
  show(flight: Flight, present: boolean, streamNow: number): void {
    this.#panel.hidden = false;
    this.#panel.classList.toggle('absent', !present);
    this.#title.textContent = flight.callsign ?? flight.registration ?? flight.icao24 ?? flight.id;
    const facts = [flight.type_code, flight.registration, flight.icao24?.toUpperCase()];
    this.#subtitle.textContent = facts.filter((fact) => fact != null && fact !== '').join(' · ');
    this.#alarm.hidden = flight.emergency === null;
    this.#alarm.textContent = flight.emergency === null ? '' : emergency(flight.emergency);
    this.#notice.textContent = present
      ? flight.coasting === true ? 'No position for 15 s or more: drawn where it should be by now.' : ''
      : 'No longer in the picture. These are its last values.';
    this.#notice.hidden = this.#notice.textContent === '';
    this.#route.hidden = flight.origin === null && flight.destination === null;
    this.#origin.textContent = text(flight.origin);
    this.#destination.textContent = text(flight.destination);
    const then = present ? streamNow : (flight.time ?? streamNow);
    const altitude_ft = altitudeAt(flight, then);
    this.#fill(this.#tiles, [
      altitude(altitude_ft, flight.on_ground), knots(flight.ground_speed_kt), climb(flight.vertical_rate_fpm),
      degrees(flight.track_deg), text(flight.squawk), age(flight.time === null ? null : streamNow - flight.time),
    ]);
    this.#fill(this.#lines, [
      text(flight.phase), feet(altitudeAt(flight, then, 'geo_altitude_ft')), text(flight.operator),
      text(flight.position_source), text(flight.feed), flight.id,
    ]);
    const colour = flight.on_ground === true ? '' : altitudeColour(altitude_ft);
    this.#panel.style.setProperty('--altitude', colour);
  }

  hide(): void {
    this.#panel.hidden = true;
  }

  #entry(name: string, into: Map<string, HTMLElement>): HTMLElement {
    const value = element('dd');
    into.set(name, value);
    return element('div', '', element('dt', '', name), value);
  }

  #fill(entries: Map<string, HTMLElement>, values: string[]): void {
    let i = 0;
    for (const value of entries.values()) value.textContent = values[i++] ?? '';
  }
}
