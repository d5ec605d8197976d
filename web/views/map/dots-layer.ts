import type { CustomLayerInterface, Map as MapLibre } from 'maplibre-gl';

import { DOT_FRAGMENT, DOT_VERTEX } from './dots-shaders.ts';
import { BYTES, type Markers } from './markers.ts';
import { toWorld, worldPx } from './mercator.ts';
import { linkProgram } from './program.ts';

/** Half the width of what is drawn for a marker, in pixels: the dot, its nose, and the pulse around it. */
const HALF_PX = 14;

/** Corners of a square, as two triangles in a strip. */
const CORNERS = new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1]);

/** What is read of a marker's row: the attribute, how many numbers of 4 bytes, and where they are in it. */
const ATTRIBUTES = [
  ['a_from', 4, 0],
  ['a_to', 4, 16],
  ['a_time', 2, 32],
  ['a_course', 2, 40],
  ['a_flags', 1, 52],
] as const;
const COLOUR_OFFSET = 48;

const UNIFORMS = [
  'u_centre',
  'u_viewport',
  'u_world',
  'u_now',
  'u_pulse',
  'u_half',
  'u_rim',
] as const;
type Uniform = (typeof UNIFORMS)[number];

/** How the dots are drawn at a moment. */
export interface DotsMoment {
  readonly nowMs: number;
  /** Whether what is new pulses. */
  readonly hasPulse: boolean;
  /** The colour of the rim, 0 to 1. */
  readonly rim: readonly [number, number, number];
}

interface Resources {
  readonly program: WebGLProgram;
  readonly vertices: WebGLVertexArrayObject;
  readonly buffer: WebGLBuffer;
  readonly uniform: (name: Uniform) => WebGLUniformLocation | null;
}

/**
 * The dots of all clients, in one call of the graphics card, which moves them by itself: 20,000 take no more of the
 * processor than one. For a map that is seen from straight above, north up.
 */
export class DotsLayer implements CustomLayerInterface {
  readonly id = 'clients';
  readonly type = 'custom';
  readonly #markers: Markers;
  readonly #moment: () => DotsMoment;
  #map: MapLibre | undefined;
  #resources: Resources | undefined;
  /** How many bytes the graphics card has room for. */
  #roomBytes = 0;

  constructor(markers: Markers, moment: () => DotsMoment) {
    this.#markers = markers;
    this.#moment = moment;
  }

  onAdd(map: MapLibre, gl: WebGL2RenderingContext): void {
    this.#map = map;
    const program = linkProgram(gl, DOT_VERTEX, DOT_FRAGMENT);
    const vertices = gl.createVertexArray();
    gl.bindVertexArray(vertices);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, CORNERS, gl.STATIC_DRAW);
    const corner = gl.getAttribLocation(program, 'a_corner');
    gl.enableVertexAttribArray(corner);
    gl.vertexAttribPointer(corner, 2, gl.FLOAT, false, 0, 0);
    const buffer = gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    for (const [name, size, offset] of ATTRIBUTES) {
      const at = gl.getAttribLocation(program, name);
      gl.enableVertexAttribArray(at);
      gl.vertexAttribPointer(at, size, gl.FLOAT, false, BYTES, offset);
      gl.vertexAttribDivisor(at, 1);
    }
    const colour = gl.getAttribLocation(program, 'a_colour');
    gl.enableVertexAttribArray(colour);
    gl.vertexAttribPointer(colour, 4, gl.UNSIGNED_BYTE, true, BYTES, COLOUR_OFFSET);
    gl.vertexAttribDivisor(colour, 1);
    gl.bindVertexArray(null);
    const locations = new Map(UNIFORMS.map((name) => [name, gl.getUniformLocation(program, name)]));
    const uniform = (name: Uniform): WebGLUniformLocation | null => locations.get(name) ?? null;
    this.#resources = { program, vertices, buffer, uniform };
    this.#roomBytes = 0;
    this.#markers.touchAll();
  }

  render(gl: WebGL2RenderingContext): void {
    const map = this.#map;
    const resources = this.#resources;
    if (map === undefined || resources === undefined || this.#markers.count === 0) return;
    const { program, vertices, buffer, uniform } = resources;
    gl.useProgram(program);
    gl.bindVertexArray(vertices);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    this.#upload(gl);
    const { nowMs, hasPulse, rim } = this.#moment();
    const { lat, lng } = map.getCenter();
    const { x, y } = toWorld(lat, lng);
    const { clientWidth, clientHeight } = map.getCanvas();
    gl.uniform4f(uniform('u_centre'), ...split(x), ...split(y));
    gl.uniform2f(uniform('u_viewport'), clientWidth, clientHeight);
    gl.uniform1f(uniform('u_world'), worldPx(map.getZoom()));
    gl.uniform1f(uniform('u_now'), (nowMs - this.#markers.epochMs) / 1000);
    gl.uniform1f(uniform('u_pulse'), hasPulse ? 1 : 0);
    gl.uniform1f(uniform('u_half'), HALF_PX);
    gl.uniform3f(uniform('u_rim'), ...rim);
    gl.disable(gl.DEPTH_TEST);
    gl.disable(gl.STENCIL_TEST);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, this.#markers.count);
    gl.bindVertexArray(null);
  }

  onRemove(_map: MapLibre, gl: WebGL2RenderingContext): void {
    if (this.#resources === undefined) return;
    gl.deleteProgram(this.#resources.program);
    gl.deleteVertexArray(this.#resources.vertices);
    gl.deleteBuffer(this.#resources.buffer);
    this.#resources = undefined;
  }

  /** Sends the graphics card the rows that have changed. */
  #upload(gl: WebGL2RenderingContext): void {
    const { buffer } = this.#markers;
    const changes = this.#markers.takeChanges();
    if (buffer.byteLength > this.#roomBytes) {
      gl.bufferData(gl.ARRAY_BUFFER, buffer, gl.DYNAMIC_DRAW);
      this.#roomBytes = buffer.byteLength;
    } else if (changes !== undefined) {
      const { from, to } = changes;
      const floats = BYTES / 4;
      gl.bufferSubData(gl.ARRAY_BUFFER, from * BYTES, buffer.subarray(from * floats, to * floats));
    }
  }
}

/** A number as two of 32 bits. */
function split(value: number): [number, number] {
  const high = Math.fround(value);
  return [high, value - high];
}
