/**
 * The shaders of the aircraft. The vertex shader moves each flight by the formula of sky/motion.ts, in the units of
 * aircraft_records.ts; `Records.place` and `project` are its twins on the CPU, and must change with it.
 */
import { FADE, FLAG, FRONT, X_WORLD, Y_WORLD } from './aircraft_records';
import { COLOURINGS } from './colours';
import { SHAPES, drawing } from './icons';

/** Cells of the atlas to a side. */
export const CELLS = 4;
const CIRCUMFERENCE_M = 40_075_016.68557849;
const TURN_MPS2 = 2; // a gentle turn: how a silent flight may leave the straight line it is drawn on

const SIZES = SHAPES.map((shape) => drawing(shape).size.toFixed(2)).join(', ');
const TURNS = SHAPES.reduce((bits, shape, i) => bits | (drawing(shape).turns ? 1 << i : 0), 0);

/** `prelude` is MapLibre's own projection, for the globe; a flat map needs none. */
export function vertexShader(prelude: string | null): string {
  return `#version 300 es
precision highp float;
precision highp int;
${prelude ?? 'uniform mat4 u_flat; uniform uvec2 u_centre; uniform float u_copy;'}
layout(location=0) in uvec2 a_place;
layout(location=1) in vec4 a_motion;
layout(location=2) in vec4 a_more;
layout(location=3) in uvec2 a_look;
uniform float u_stream, u_wall, u_raw, u_size, u_ratio, u_step, u_back, u_front, u_row, u_light;
uniform vec2 u_view;
uniform vec3 u_emergency, u_ground, u_unknown;
uniform sampler2D u_ramp;
out vec2 v_at;               // from the middle, in halves of the silhouette
out vec3 v_paint;
flat out vec2 v_cell;
flat out float v_alpha, v_ring, v_pixel;
flat out uint v_flags;

const vec2 UNIT = vec2(${1 / X_WORLD}, ${1 / Y_WORLD});
const float SIZES[${SHAPES.length}] = float[](${SIZES});

vec4 project(vec2 drift) {
${prelude === null
    ? '  return u_flat * vec4((vec2(ivec2(a_place - u_centre)) + drift) * UNIT + vec2(u_copy, 0.), 0., 1.);'
    : '  return projectTile(vec2(a_place) * UNIT + drift * UNIT);'}
}

void main() {
  uint flags = a_look.y;
  bool front = (flags & ${FRONT}u) != 0u;
  if ((flags & ${FLAG.shown | FLAG.placed}u) != ${FLAG.shown | FLAG.placed}u || front != (u_front > .5)) {
    gl_Position = vec4(2., 2., 2., 1.);
    return;
  }
  float since = u_stream - a_more.x;
  float left = exp(-${FADE.toFixed(2)} * (u_wall - a_more.y)) * (1. - u_raw);
  vec2 drift = a_motion.xy * since * (1. - u_raw) + a_motion.zw * left;
  vec4 centre = project(drift);

  // A second point a little ahead says which way that is on the screen: right under pitch, bearing and globe.
  int shape = int(flags & ${FLAG.shape}u);
  float turn = float(a_look.x & 0xffffu) + float(int(a_look.x) >> 16) * left;
  float angle = turn * ${(2 * Math.PI / 65536).toExponential(8)};
  vec4 ahead = project(drift + vec2(sin(angle), -cos(angle)) * u_step / UNIT);
  vec2 step = (ahead.xy / ahead.w - centre.xy / centre.w) * u_view * .5;
  vec2 up = (${TURNS} >> shape & 1) == 1 ? normalize(step + vec2(0., 1e-9)) : vec2(0., 1.);

  bool emergency = (flags & ${FLAG.emergency}u) != 0u, selected = (flags & ${FLAG.selected}u) != 0u;
  bool ghost = (flags & ${FLAG.ghost}u) != 0u, coasting = (flags & ${FLAG.coasting}u) != 0u;
  float size = u_size * SIZES[shape];
  if (emergency) size *= 1.3;
  if (selected) size *= 1.3;
  if ((flags & ${FLAG.hovered}u) != 0u) size *= 1.2;
  if ((flags & ${FLAG.grounded}u) != 0u) size *= .8;
  if (ghost) size *= .85;

  float reach = 1.;
  v_ring = 0.;
  if (selected || emergency) reach = 1. + max(.8, 9. * u_ratio / size);
  if (coasting && !ghost) {
    float world = exp(3.14159265 * (1. - 2. * float(a_place.y) * UNIT.y));
    float metre = .5 * (world + 1. / world) / ${CIRCUMFERENCE_M.toFixed(1)};       // 1 / cos(latitude) / circumference
    v_ring = min(since * since * ${(TURN_MPS2 / 2).toFixed(1)} * metre * length(step) / u_step / size, 400. * u_ratio / size);
    reach = max(reach, v_ring + 2. * u_ratio / size);
  }
  vec2 corner = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1)) * 2. - 1.;
  v_at = corner * reach;
  vec2 e = v_at * size;
  gl_Position = centre + vec4((up * -e.y + vec2(up.y, -up.x) * e.x) / u_view * 2. * centre.w, 0., 0.);

  v_cell = vec2(float(shape % ${CELLS}), float(shape / ${CELLS}));
  v_flags = flags;
  v_pixel = u_ratio / size;
  vec2 texel = vec2(clamp(a_more.z + a_more.w * since, 0., 1.) * .99609375 + .001953125, (u_row + .5) / ${COLOURINGS.length}.);
  v_paint = (flags & ${FLAG.shaded}u) != 0u ? texture(u_ramp, texel).rgb : u_unknown;
  if ((flags & ${FLAG.earthen}u) != 0u) v_paint = u_ground;
  if (u_light > .5) v_paint = mix(v_paint * .74, vec3(dot(v_paint, vec3(.3, .59, .11))), -.22);
  if (emergency) v_paint = u_emergency;
  if (ghost) v_paint = mix(vec3(dot(v_paint, vec3(.3, .59, .11))), v_paint, .25);
  v_alpha = ghost ? .28 : front ? 1. : u_back;
}`;
}

/** Red of the atlas is the body, green the body and its rim, blue a line along the edge. */
export const FRAGMENT_SHADER = `#version 300 es
precision highp float;
precision highp int;
in vec2 v_at;
in vec3 v_paint;
flat in vec2 v_cell;
flat in float v_alpha, v_ring, v_pixel;
flat in uint v_flags;
uniform sampler2D u_atlas;
uniform float u_light;
uniform vec3 u_mark, u_rim;
out vec4 colour;

vec4 over(vec4 above, vec4 below) { return above + below * (1. - above.a); }

void main() {
  vec4 texel = texture(u_atlas, (v_cell + clamp(v_at * .5 + .5, 0., 1.)) / ${CELLS}.);
  bool selected = (v_flags & ${FLAG.selected}u) != 0u;
  float body = smoothstep(.28, .62, texel.r), rim = smoothstep(.1, .6, texel.g), edge = smoothstep(.15, .55, texel.b);
  float d = length(v_at);

  vec4 icon;
  if ((v_flags & ${FLAG.coasting}u) != 0u) {
    float line = max(edge * .9, body * .12);
    icon = over(vec4(v_paint, 1.) * line, vec4(u_rim, 1.) * rim * .4);
  } else {
    vec3 outside = selected ? u_mark : u_rim;
    float alpha = max(body, rim * (selected ? 1. : u_light > .5 ? .55 : .85));
    icon = vec4(mix(outside, v_paint, body) * alpha, alpha);
  }

  vec4 around = vec4(0.);
  if (v_ring > 1.15) {                                                             // it may be anywhere in there
    float line = 1. - smoothstep(.0, 1.5 * v_pixel, abs(d - v_ring));
    float fill = 1. - smoothstep(v_ring - v_pixel, v_ring, d);
    around = vec4(v_paint, 1.) * max(line * .55, fill * .07) * smoothstep(1.15, 1.5, v_ring);
  }
  if ((v_flags & ${FLAG.emergency}u) != 0u) {
    float r = 1. + max(.8, 9. * v_pixel);
    float glow = pow(1. - smoothstep(.3, r, d), 1.2);
    around = over(vec4(v_paint, 1.) * glow * .62, around);
  }
  if (selected) {
    float r = 1. + max(.32, 6. * v_pixel);
    float line = 1. - smoothstep(.6 * v_pixel, 1.6 * v_pixel, abs(d - r));
    float fill = 1. - smoothstep(r - v_pixel, r, d);
    around = over(vec4(u_mark, 1.) * max(line * .95, fill * .09), around);
  }
  colour = over(icon, around) * v_alpha;
  if (colour.a < .004) discard;
}`;
