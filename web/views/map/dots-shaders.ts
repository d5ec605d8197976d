/** Where a dot is: between two fixes, in pixels from the middle of the map. Positions are two numbers each: see Markers. */
export const DOT_VERTEX = `#version 300 es
precision highp float;
in vec2 a_corner;
in vec4 a_from;
in vec4 a_to;
in vec2 a_time;
in vec2 a_course;
in vec4 a_colour;
in float a_flags;
uniform vec4 u_centre;
uniform vec2 u_viewport;
uniform float u_world;
uniform float u_now;
uniform float u_half;
out vec2 v_px;
out vec4 v_colour;
out vec2 v_course;
out float v_age;
flat out float v_stale;

vec2 fromCentre(vec4 at) {
  return vec2((at.x - u_centre.x) + (at.y - u_centre.y), (at.z - u_centre.z) + (at.w - u_centre.w));
}

void main() {
  float done = a_time.y > 0.0 ? clamp((u_now - a_time.x) / a_time.y, 0.0, 1.0) : 1.0;
  vec2 at = mix(fromCentre(a_from), fromCentre(a_to), done);
  at.x -= round(at.x); // the nearest copy of the world
  v_px = a_corner * u_half;
  v_colour = a_colour;
  v_course = a_course;
  v_age = u_now - a_time.x;
  v_stale = mod(a_flags, 2.0);
  bool hidden = a_flags >= 2.0;
  vec2 px = at * u_world + v_px;
  vec2 clip = 2.0 * vec2(px.x, -px.y) / u_viewport;
  gl_Position = vec4(hidden ? vec2(2.0) : clip, 0.0, 1.0);
}
`;

/** How a dot looks: a disc with a rim, a nose where it goes, dashes where it is stale, and a ring that spreads once. */
export const DOT_FRAGMENT = `#version 300 es
precision highp float;
in vec2 v_px;
in vec4 v_colour;
in vec2 v_course;
in float v_age;
flat in float v_stale;
uniform float u_pulse;
uniform vec3 u_rim;
out vec4 colour;

const float RADIUS = 5.0;
const float RIM = 1.5;
const float PULSE_S = 0.7;
const float PI = 3.14159265;

float cover(float distance) {
  return clamp(0.5 - distance, 0.0, 1.0);
}

/** The distance to the tangents of the disc that meet above it, at twice its radius. */
float nose(vec2 px) {
  vec2 at = vec2(abs(px.x), -px.y);
  return max(dot(at, vec2(0.866, 0.5)) - RADIUS, RADIUS * 0.5 - at.y);
}

void main() {
  float c = cos(v_course.x);
  float s = sin(v_course.x);
  vec2 turned = vec2(c * v_px.x + s * v_px.y, -s * v_px.x + c * v_px.y);
  float disc = length(v_px) - RADIUS;
  float shape = disc;
  if (v_course.y > 0.5) shape = min(disc, nose(turned));
  float inside = cover(shape);
  float rim = cover(shape - RIM);
  vec4 painted = vec4(v_colour.rgb, 1.0) * v_colour.a;
  if (v_stale > 0.5) {
    float dash = step(0.5, fract(atan(v_px.y, v_px.x) / PI * 4.0));
    float ring = cover(abs(disc + 0.5) - 1.0) * dash;
    painted = vec4(v_colour.rgb, 1.0) * max(ring, cover(disc) * 0.25);
    colour = painted;
    return;
  }
  colour = vec4(u_rim, 1.0) * rim * 0.9;
  colour = painted * inside + colour * (1.0 - inside * v_colour.a);
  float t = v_age / PULSE_S;
  if (u_pulse > 0.5 && t >= 0.0 && t < 1.0) {
    float spread = cover(abs(length(v_px) - (RADIUS + 8.0 * t)) - 1.0) * (1.0 - t) * 0.7;
    vec4 ring = vec4(v_colour.rgb, 1.0) * spread;
    colour += ring * (1.0 - colour.a);
  }
}
`;
