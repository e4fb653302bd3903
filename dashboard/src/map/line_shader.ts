/** The shaders of LineLayer. */

/** `globe` is the prelude of MapLibre's projection, or null for the flat map. */
export function vertexShader(globe: string | null): string {
  return `#version 300 es
${globe ?? 'uniform mat4 u_matrix; uniform uvec2 u_centre;'}
layout(location = 0) in uvec2 a_from;
layout(location = 1) in uvec2 a_to;
layout(location = 2) in vec4 a_tint_from;
layout(location = 3) in vec4 a_tint_to;
layout(location = 4) in uint a_stroke;
uniform vec2 u_view;
uniform float u_width, u_world;
out vec4 v_tint;
out vec2 v_place; // along and across the line, in pixels
out float v_length;
flat out uint v_stroke;

const float PART = 1.0 / 4294967296.0;

vec4 project(vec2 place) {
  ${globe === null ? 'return u_matrix * vec4(place.x + u_world, place.y, 0.0, 1.0);' : 'return projectTile(place);'}
}

void main() {
  vec2 from = ${globe === null ? 'vec2(ivec2(a_from - u_centre))' : 'vec2(a_from)'} * PART;
  vec4 start = project(from);
  vec4 end = project(from + vec2(ivec2(a_to - a_from)) * PART);
  if (start.w <= 0.0 || end.w <= 0.0) { gl_Position = vec4(2.0, 2.0, 2.0, 1.0); return; } // behind the camera
  vec2 way = (end.xy / end.w - start.xy / start.w) * u_view * 0.5;
  float along = length(way);
  vec2 ahead = along > 0.0001 ? way / along : vec2(1.0, 0.0);
  vec2 corner = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1) * 2.0 - 1.0);
  float reach = u_width * 0.5 + 1.0;
  float cap = a_stroke == 0u ? reach : 0.0;
  vec4 base = corner.x < 0.5 ? start : end;
  vec2 offset = ahead * (corner.x * 2.0 - 1.0) * cap + vec2(-ahead.y, ahead.x) * corner.y * reach;
  gl_Position = base + vec4(offset / u_view * 2.0 * base.w, 0.0, 0.0);
  v_place = vec2(corner.x < 0.5 ? -cap : along + cap, corner.y * reach);
  v_length = along;
  v_tint = corner.x < 0.5 ? a_tint_from : a_tint_to;
  v_stroke = a_stroke;
}`;
}

export const FRAGMENT = `#version 300 es
precision highp float;
in vec4 v_tint;
in vec2 v_place;
in float v_length;
flat in uint v_stroke;
uniform vec4 u_rim;
uniform float u_width, u_ratio, u_opacity;
out vec4 colour;

void main() {
  float past = max(max(-v_place.x, v_place.x - v_length), 0.0);
  float away = length(vec2(past, v_place.y));
  float seen = clamp(u_width * 0.5 + 0.5 - away, 0.0, 1.0);
  float period = (v_stroke == 1u ? 10.0 : 7.0) * u_ratio;
  float lit = (v_stroke == 1u ? 6.0 : 2.5) * u_ratio;
  if (v_stroke != 0u && mod(v_place.x, period) > lit) seen = 0.0;
  float alpha = v_tint.a * seen * u_opacity * (u_rim.a > 0.5 ? 0.55 : 1.0);
  if (alpha < 0.004) discard;
  colour = vec4((u_rim.a > 0.5 ? u_rim.rgb : v_tint.rgb) * alpha, alpha);
}`;
