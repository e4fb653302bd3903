/** Altitude and speed of the selected flights over time. The cursor marks the place on the map; a click plays that moment. */
import { useMemo } from 'preact/hooks';
import type { App } from '../app';
import { TOP_FT, altitudeColour } from '../map/colours';
import { pointNear, type TrackPoint } from '../sky/track';
import { altitude, knots } from '../text/format';
import { clockTime, readable } from '../text/moments';
import { frameOf, momentOf, shapeOf, xOf, yOf, type Frame } from './profile_shape';

const WIDTH = 320;
const HEIGHT = 92;
const STOPS = 16;
const PACES = 100; // steps of the keyboard from one end to the other

/** How the lines of several flights differ, the first is that of the chosen one. */
export const STROKES = ['none', '6 3', '2 3', '9 3 2 3'] as const;

export function Profile({ app, id, onJump }: { app: App; id: string; onJump(at: number): void }) {
  void app.state.pulse.value;
  const { tracks, state } = app;
  const ids = [id, ...state.selected.value.filter((other) => other !== id).reverse()];
  const held = ids.map((each) => tracks.of(each));
  const edition = held.map((track) => `${track?.edition}/${track?.points.length}`).join();
  const drawn = useMemo(() => {
    const all = held.map((track) => track?.points ?? []);
    const frame = frameOf(all, WIDTH, HEIGHT);
    return frame && { frame, shapes: all.map((points) => shapeOf(points, frame)), points: all[0] ?? [] };
  }, [edition]);
  if (!drawn) {
    return <p class="hint profile-hint">{held[0]?.asked ? 'Asking for its way…' : 'Its profile begins with its next positions.'}</p>;
  }
  const { frame, shapes, points } = drawn;
  const moment = tracks.moment.value;
  const marked = moment === null ? null : pointNear(points, moment);
  const point = (at: number): void => {
    tracks.moment.value = pointNear(points, at)?.at ?? null;
  };
  const now = app.now();
  const units = state.units.value;
  const told = marked ?? points.at(-1) ?? null;
  const words = told ? `${clockTime(told.at)}, ${altitude(told.altitude_ft, told.on_ground, units)}, ${knots(told.ground_speed_kt, units)}` : '';
  return (
    <figure class="profile">
      <figcaption>
        <span class="key altitude">Altitude</span><span class="key speed">Speed</span>
        <span class="reading">{marked ? words : ''}</span>
      </figcaption>
      <div role="slider" tabIndex={0} aria-label="Moment of the flight" aria-valuemin={frame.from} aria-valuemax={frame.to}
        aria-valuenow={told?.at ?? frame.to} aria-valuetext={words} title="Click, or Enter: play this moment"
        onPointerMove={(event) => point(momentOf(frame, place(event)))}
        onPointerLeave={() => { tracks.moment.value = null; }}
        onBlur={() => { tracks.moment.value = null; }}
        onClick={(event) => onJump(momentOf(frame, place(event)))}
        onKeyDown={(event) => {
          const at = key(event.key, frame, moment ?? frame.to);
          if (event.key === 'Enter' && marked) onJump(marked.at);
          else if (event.key === 'Escape' && moment !== null) tracks.moment.value = null;
          else if (at !== null) point(at);
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}>
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          <Ramp frame={frame} />
          <path class="area" d={shapes[0]?.area} fill="url(#profile-ramp)" />
          {shapes.map(({ altitude: line, gaps }, i) => (
            <g key={i}>
              <path class="gap" d={gaps} />
              <path class="line" d={line} stroke="url(#profile-ramp)" stroke-dasharray={STROKES[i % STROKES.length]!} />
            </g>
          ))}
          <path class="speed" d={shapes[0]?.speed} />
          {now < frame.to && <line class="now" x1={xOf(frame, now)} x2={xOf(frame, now)} y1={0} y2={HEIGHT} />}
          {marked && <line class="cursor" x1={xOf(frame, marked.at)} x2={xOf(frame, marked.at)} y1={0} y2={HEIGHT} />}
        </svg>
        {marked && <Dot frame={frame} point={marked} />}
      </div>
      <p class="ends"><span title={readable(frame.from)}>{clockTime(frame.from).slice(0, 5)}</span><span title={readable(frame.to)}>{clockTime(frame.to).slice(0, 5)}</span></p>
    </figure>
  );
}

/** Colours by height: a line drawn with it has the colour of its altitude everywhere. */
function Ramp({ frame }: { frame: Frame }) {
  const top = Math.min(frame.top_ft, TOP_FT);
  return (
    <defs>
      <linearGradient id="profile-ramp" gradientUnits="userSpaceOnUse" x1={0} x2={0} y1={HEIGHT} y2={yOf(frame, top, frame.top_ft)}>
        {Array.from({ length: STOPS + 1 }, (_, i) => <stop key={i} offset={i / STOPS} stop-color={altitudeColour((top * i) / STOPS)} />)}
      </linearGradient>
    </defs>
  );
}

/** Not a part of the drawing, which is stretched: a circle would not stay round. */
function Dot({ frame, point }: { frame: Frame; point: TrackPoint }) {
  const left = `${(xOf(frame, point.at) / WIDTH) * 100}%`;
  const top = `${(yOf(frame, point.altitude_ft ?? 0, frame.top_ft) / HEIGHT) * 100}%`;
  return <i class="dot" style={{ left, top }} />;
}

function key(name: string, frame: Frame, at: number): number | null {
  const pace = (frame.to - frame.from) / PACES;
  const moved = { ArrowLeft: -pace, ArrowRight: pace, PageDown: -10 * pace, PageUp: 10 * pace }[name];
  if (moved !== undefined) return Math.max(frame.from, Math.min(frame.to, at + moved));
  return name === 'Home' ? frame.from : name === 'End' ? frame.to : null;
}

function place(event: { clientX: number; currentTarget: EventTarget }): number {
  const { left, width } = (event.currentTarget as Element).getBoundingClientRect();
  return ((event.clientX - left) / width) * WIDTH;
}
