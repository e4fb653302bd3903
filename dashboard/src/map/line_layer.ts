/**
 * Lines on the map by our own WebGL: every stretch is one instance of a quad that the vertex shader
 * widens on the screen. On the flat map places are taken relative to its centre, as whole numbers,
 * so they are exact at any zoom; on the globe MapLibre's projection is used, which clips its back.
 */
import type { CustomLayerInterface, CustomRenderMethodInput, Map as MapLibre } from 'maplibre-gl';
import { mercatorX, mercatorY } from '../sky/motion';
import { FRAGMENT, vertexShader } from './line_shader';
import { SEGMENT_WORDS, packedX, packedY, unsent, type Segments, type Sent } from './segments';

/** One set of lines of a frame. */
export interface Lines {
  readonly segments: Segments;
  /** How many of the segments, from the first; all if not given. */
  readonly count?: number;
  readonly widthPx: number;
  /** How much of them is seen, 0 to 1. */
  readonly opacity: number;
  /** The CSS colour of a rim under them, `rgb(1 2 3)`; none if not given. */
  readonly rim?: readonly [number, number, number];
}

interface Program {
  readonly handle: WebGLProgram;
  at(name: string): WebGLUniformLocation | null;
}

interface Uploaded {
  readonly buffer: WebGLBuffer;
  readonly sent: Sent;
}

const BYTES = SEGMENT_WORDS * 4;
const RIM_PX = 1.3;
const COPIES_BELOW_ZOOM = 3.5; // further in, a second copy of the world is never seen

export class LineLayer implements CustomLayerInterface {
  readonly id: string;
  readonly type = 'custom';
  readonly renderingMode = '2d';
  readonly #map: MapLibre;
  readonly #lines: () => readonly Lines[];
  readonly #programs = new Map<string, Program>();
  readonly #uploads = new Map<Segments, Uploaded>();

  /** `lines` says what is to be drawn, each time the map is painted. */
  constructor(id: string, map: MapLibre, lines: () => readonly Lines[]) {
    this.id = id;
    this.#map = map;
    this.#lines = lines;
  }

  /** Puts it on the map below a layer. A lost context drops layers of our own, as does another style: then it comes back. */
  show(below: string): void {
    const add = (): void => {
      if (!this.#map.getLayer(this.id)) this.#map.addLayer(this, this.#map.getLayer(below) ? below : undefined);
    };
    add();
    this.#map.on('style.load', add);
  }

  onAdd(): void {
    this.#programs.clear(); // they were of a context that may be gone
    this.#uploads.clear();
  }

  render(gl: WebGL2RenderingContext, input: CustomRenderMethodInput): void {
    const lines = this.#lines();
    this.#forget(gl, lines);
    if (lines.length === 0) return;
    const program = this.#program(gl, input);
    gl.useProgram(program.handle);
    gl.bindVertexArray(null);
    gl.disable(gl.DEPTH_TEST);
    gl.disable(gl.STENCIL_TEST);
    gl.disable(gl.CULL_FACE);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    const canvas = this.#map.getCanvas();
    gl.uniform2f(program.at('u_view'), canvas.width, canvas.height);
    for (let i = 0; i < 5; i++) {
      gl.enableVertexAttribArray(i);
      gl.vertexAttribDivisor(i, 1);
    }
    const worlds = this.#place(gl, program, input);
    for (const { rim, ...plain } of lines) if (rim) this.#draw(gl, program, worlds, plain, rim);
    for (const { rim: _, ...plain } of lines) this.#draw(gl, program, worlds, plain);
    for (let i = 0; i < 5; i++) {
      gl.vertexAttribDivisor(i, 0);
      gl.disableVertexAttribArray(i);
    }
  }

  #draw(
    gl: WebGL2RenderingContext, program: Program, worlds: readonly number[], lines: Lines,
    rim?: readonly [number, number, number],
  ): void {
    const count = Math.min(lines.count ?? Infinity, lines.segments.count);
    if (count === 0) return;
    this.#upload(gl, lines.segments);
    gl.vertexAttribIPointer(0, 2, gl.UNSIGNED_INT, BYTES, 0);
    gl.vertexAttribIPointer(1, 2, gl.UNSIGNED_INT, BYTES, 8);
    gl.vertexAttribPointer(2, 4, gl.UNSIGNED_BYTE, true, BYTES, 16);
    gl.vertexAttribPointer(3, 4, gl.UNSIGNED_BYTE, true, BYTES, 20);
    gl.vertexAttribIPointer(4, 1, gl.UNSIGNED_INT, BYTES, 24);
    const ratio = this.#map.getPixelRatio();
    gl.uniform1f(program.at('u_ratio'), ratio);
    gl.uniform1f(program.at('u_width'), (lines.widthPx + (rim ? 2 * RIM_PX : 0)) * ratio);
    gl.uniform4f(program.at('u_rim'), ...(rim ?? [0, 0, 0]), rim ? 1 : 0);
    gl.uniform1f(program.at('u_opacity'), lines.opacity);
    for (const world of worlds) {
      gl.uniform1f(program.at('u_world'), world);
      gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, count);
    }
  }

  /** Sets where the world is; returns the copies of it that are seen. */
  #place(gl: WebGL2RenderingContext, program: Program, { shaderData, defaultProjectionData: data }: CustomRenderMethodInput): readonly number[] {
    if (shaderData.variantName !== 'mercator') {
      gl.uniformMatrix4fv(program.at('u_projection_matrix'), false, Float32Array.from(data.mainMatrix));
      gl.uniformMatrix4fv(program.at('u_projection_fallback_matrix'), false, Float32Array.from(data.fallbackMatrix));
      gl.uniform4f(program.at('u_projection_tile_mercator_coords'), ...data.tileMercatorCoords);
      gl.uniform4f(program.at('u_projection_clipping_plane'), ...data.clippingPlane);
      gl.uniform1f(program.at('u_projection_transition'), data.projectionTransition);
      return [0];
    }
    const { lng, lat } = this.#map.getCenter().wrap();
    const turns = Math.round((this.#map.getCenter().lng - lng) / 360);
    const [x, y] = [mercatorX(lng) + turns, mercatorY(lat)];
    const matrix = Array.from(data.mainMatrix as ArrayLike<number>); // with the centre as origin, in double precision
    for (let i = 0; i < 4; i++) matrix[12 + i] = matrix[i]! * x + matrix[4 + i]! * y + matrix[12 + i]!;
    gl.uniformMatrix4fv(program.at('u_matrix'), false, matrix);
    gl.uniform2ui(program.at('u_centre'), packedX(lng), packedY(lat));
    return this.#map.getRenderWorldCopies() && this.#map.getZoom() < COPIES_BELOW_ZOOM ? [-1, 0, 1] : [0];
  }

  #upload(gl: WebGL2RenderingContext, segments: Segments): void {
    const { words, room, written, edition } = segments;
    const { buffer = gl.createBuffer(), sent = null } = this.#uploads.get(segments) ?? {};
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    if (sent?.room !== room) gl.bufferData(gl.ARRAY_BUFFER, words.byteLength, gl.DYNAMIC_DRAW);
    for (const [at, count] of unsent(segments, sent)) {
      gl.bufferSubData(gl.ARRAY_BUFFER, at * BYTES, words, at * SEGMENT_WORDS, count * SEGMENT_WORDS);
    }
    this.#uploads.set(segments, { buffer, sent: { room, written, edition } });
  }

  #forget(gl: WebGL2RenderingContext, lines: readonly Lines[]): void {
    const kept = new Set(lines.map(({ segments }) => segments));
    for (const [segments, { buffer }] of this.#uploads) {
      if (kept.has(segments)) continue;
      gl.deleteBuffer(buffer);
      this.#uploads.delete(segments);
    }
  }

  #program(gl: WebGL2RenderingContext, { shaderData }: CustomRenderMethodInput): Program {
    const known = this.#programs.get(shaderData.variantName);
    if (known) return known;
    const globe = shaderData.variantName === 'mercator' ? null : `${shaderData.vertexShaderPrelude}\n${shaderData.define}`;
    const handle = gl.createProgram();
    for (const [kind, source] of [[gl.VERTEX_SHADER, vertexShader(globe)], [gl.FRAGMENT_SHADER, FRAGMENT]] as const) {
      const shader = gl.createShader(kind)!;
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(handle, shader);
      if (gl.isContextLost() || gl.getShaderParameter(shader, gl.COMPILE_STATUS)) continue;
      throw new Error(`The shader of the lines cannot be used: ${gl.getShaderInfoLog(shader)}`);
    }
    gl.linkProgram(handle);
    const places = new Map<string, WebGLUniformLocation | null>();
    const program: Program = {
      handle,
      at(name) {
        if (!places.has(name)) places.set(name, gl.getUniformLocation(handle, name));
        return places.get(name) ?? null;
      },
    };
    this.#programs.set(shaderData.variantName, program);
    return program;
  }
}
