/** The GPU's side of the aircraft: programs, buffers, textures and the draw call. All of it dies with a GL context. */
import type { CustomRenderMethodInput } from 'maplibre-gl';
import { atlas } from './aircraft_atlas';
import type { Shot } from './aircraft_projection';
import { WORDS, X_WORLD, Y_WORLD, type Moment, type Records } from './aircraft_records';
import { FRAGMENT_SHADER, vertexShader } from './aircraft_shaders';
import { COLOURINGS, EMERGENCY_RGB, GROUND_RGB, RAMP_WIDTH, UNKNOWN_RGB, rampTexels, type Rgb } from './colours';

const BYTES = 4 * WORDS;
const SMALLEST_COPY = 4; // of the atlas: in smaller ones the silhouettes run into one another

/** How a frame is to look. */
export interface Look {
  readonly moment: Moment;
  readonly raw: boolean;
  readonly light: boolean;
  /** Half of an airliner, CSS pixels. */
  readonly size: number;
  /** Of the flights that are not in front, 0 to 1. */
  readonly back: number;
  /** Row of the texture of ramps. */
  readonly row: number;
  readonly zoom: number;
  /** Slots in use. */
  readonly end: number;
}

interface Program {
  readonly handle: WebGLProgram;
  /** Of the theme that its colours were last set for. */
  light?: boolean;
  at(name: string): WebGLUniformLocation | null;
}

interface Flock {
  readonly buffer: WebGLBuffer;
  readonly attributes: WebGLVertexArrayObject;
}

const MARK = { dark: [255, 255, 255], light: [16, 28, 48] } as const satisfies Record<string, Rgb>;
const RIM = { dark: [4, 8, 15], light: [252, 253, 255] } as const satisfies Record<string, Rgb>;
const LIGHT_EMERGENCY: Rgb = [214, 22, 44];

export class AircraftGl {
  readonly #gl: WebGL2RenderingContext;
  readonly #programs = new Map<string, Program>();
  readonly #all: Flock;
  readonly #front: Flock;
  readonly #atlas: WebGLTexture;
  readonly #ramps: WebGLTexture;

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
    this.#all = flock(gl);
    this.#front = flock(gl);
    gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
    this.#atlas = texture(gl, gl.LINEAR_MIPMAP_LINEAR);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, atlas());
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAX_LEVEL, SMALLEST_COPY);
    gl.generateMipmap(gl.TEXTURE_2D);
    this.#ramps = texture(gl, gl.NEAREST);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, RAMP_WIDTH, COLOURINGS.length, 0, gl.RGBA, gl.UNSIGNED_BYTE, rampTexels());
  }

  draw(records: Records, shot: Shot, look: Look, input: CustomRenderMethodInput): void {
    const gl = this.#gl;
    const program = this.#program(input, shot.globe !== null);
    const { handle, at } = program;
    const front = this.#upload(records);
    gl.useProgram(handle);
    gl.disable(gl.DEPTH_TEST);
    gl.disable(gl.STENCIL_TEST);
    gl.disable(gl.CULL_FACE);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.#atlas);
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_2D, this.#ramps);

    const { moment, light } = look;
    const ratio = gl.drawingBufferWidth / shot.width;
    gl.uniform1f(at('u_stream'), (moment.stream - records.streamBase) / 1000);
    gl.uniform1f(at('u_wall'), (moment.wall - records.wallBase) / 1000);
    gl.uniform1f(at('u_raw'), Number(look.raw));
    gl.uniform1f(at('u_size'), look.size * ratio);
    gl.uniform1f(at('u_ratio'), ratio);
    gl.uniform1f(at('u_step'), 8 / (512 * 2 ** look.zoom));
    gl.uniform1f(at('u_back'), look.back);
    gl.uniform1f(at('u_row'), look.row);
    gl.uniform2f(at('u_view'), gl.drawingBufferWidth, gl.drawingBufferHeight);
    if (program.light !== light) this.#paint(program, light);
    const copies = shot.globe ? 0 : shot.copies;
    if (shot.globe) globeUniforms(gl, at, input);
    else {
      gl.uniformMatrix4fv(at('u_flat'), false, shot.flat as number[]);
      gl.uniform2ui(at('u_centre'), Math.round(shot.x * X_WORLD) >>> 0, Math.round(shot.y * Y_WORLD));
    }
    for (let copy = -copies; copy <= copies; copy++) {
      if (!shot.globe) gl.uniform1f(at('u_copy'), copy);
      this.#drawFlock(this.#all, look.end, at, false);
      if (front > 0) this.#drawFlock(this.#front, front, at, true);
    }
    gl.bindVertexArray(null);
  }

  /** What stays with a program from frame to frame. */
  #paint(program: Program, light: boolean): void {
    const gl = this.#gl;
    const { at } = program;
    program.light = light;
    gl.uniform1i(at('u_atlas'), 0);
    gl.uniform1i(at('u_ramp'), 1);
    gl.uniform1f(at('u_light'), Number(light));
    gl.uniform3fv(at('u_emergency'), part(light ? LIGHT_EMERGENCY : EMERGENCY_RGB));
    gl.uniform3fv(at('u_ground'), part(GROUND_RGB));
    gl.uniform3fv(at('u_unknown'), part(UNKNOWN_RGB));
    gl.uniform3fv(at('u_mark'), part(light ? MARK.light : MARK.dark));
    gl.uniform3fv(at('u_rim'), part(light ? RIM.light : RIM.dark));
  }

  #drawFlock({ attributes }: Flock, count: number, at: Program['at'], front: boolean): void {
    const gl = this.#gl;
    gl.uniform1f(at('u_front'), Number(front));
    gl.bindVertexArray(attributes);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, count);
  }

  /** Only the pages that changed; the few in front are copied out of them, to be drawn once more, last. Their number. */
  #upload(records: Records): number {
    const gl = this.#gl;
    gl.bindVertexArray(null);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#all.buffer);
    const changed = records.changed();
    if (changed === null) gl.bufferData(gl.ARRAY_BUFFER, records.bits, gl.DYNAMIC_DRAW);
    else {
      for (const [from, to] of changed) {
        gl.bufferSubData(gl.ARRAY_BUFFER, from * BYTES, records.bits, from * WORDS, (to - from) * WORDS);
      }
    }
    if (changed?.length === 0 || records.front.size === 0) return records.front.size;
    const front = new Uint32Array(records.front.size * WORDS);
    let at = 0;
    for (const slot of records.front) {
      front.set(records.bits.subarray(slot * WORDS, (slot + 1) * WORDS), at);
      at += WORDS;
    }
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#front.buffer);
    gl.bufferData(gl.ARRAY_BUFFER, front, gl.DYNAMIC_DRAW);
    return records.front.size;
  }

  /** MapLibre has a shader for each projection, and says by the name which one it is drawing with. */
  #program({ shaderData }: CustomRenderMethodInput, globe: boolean): Program {
    const { variantName, vertexShaderPrelude, define } = shaderData;
    let program = this.#programs.get(variantName);
    if (!program) {
      program = link(this.#gl, vertexShader(globe ? `${vertexShaderPrelude}\n${define}` : null), FRAGMENT_SHADER);
      this.#programs.set(variantName, program);
    }
    return program;
  }
}

function globeUniforms(gl: WebGL2RenderingContext, at: Program['at'], { defaultProjectionData: data }: CustomRenderMethodInput): void {
  gl.uniformMatrix4fv(at('u_projection_matrix'), false, data.mainMatrix as Float32List);
  gl.uniformMatrix4fv(at('u_projection_fallback_matrix'), false, data.fallbackMatrix as Float32List);
  gl.uniform4fv(at('u_projection_tile_mercator_coords'), data.tileMercatorCoords as Float32List);
  gl.uniform4fv(at('u_projection_clipping_plane'), data.clippingPlane as Float32List);
  gl.uniform1f(at('u_projection_transition'), data.projectionTransition);
}

function flock(gl: WebGL2RenderingContext): Flock {
  const buffer = gl.createBuffer();
  const attributes = gl.createVertexArray();
  gl.bindVertexArray(attributes);
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  gl.vertexAttribIPointer(0, 2, gl.UNSIGNED_INT, BYTES, 0);
  gl.vertexAttribPointer(1, 4, gl.FLOAT, false, BYTES, 8);
  gl.vertexAttribPointer(2, 4, gl.FLOAT, false, BYTES, 24);
  gl.vertexAttribIPointer(3, 2, gl.UNSIGNED_INT, BYTES, 40);
  for (let i = 0; i < 4; i++) {
    gl.enableVertexAttribArray(i);
    gl.vertexAttribDivisor(i, 1);
  }
  gl.bindVertexArray(null);
  return { buffer, attributes };
}

function texture(gl: WebGL2RenderingContext, smaller: number): WebGLTexture {
  const made = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, made);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, smaller);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, smaller === gl.NEAREST ? gl.NEAREST : gl.LINEAR);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
  return made;
}

function link(gl: WebGL2RenderingContext, vertex: string, fragment: string): Program {
  const handle = gl.createProgram();
  for (const [kind, source] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]] as const) {
    const shader = gl.createShader(kind);
    if (!shader) continue; // the context is lost, and another one comes
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(handle, shader);
  }
  gl.linkProgram(handle);
  if (!gl.getProgramParameter(handle, gl.LINK_STATUS) && !gl.isContextLost()) {
    const logs = gl.getAttachedShaders(handle)?.map((shader) => gl.getShaderInfoLog(shader) ?? '') ?? [];
    throw new Error(`The shaders of the aircraft do not compile: ${logs.join(' ')} ${gl.getProgramInfoLog(handle) ?? ''}`);
  }
  const places = new Map<string, WebGLUniformLocation | null>();
  return {
    handle,
    at(name) {
      let place = places.get(name);
      if (place === undefined) places.set(name, (place = gl.getUniformLocation(handle, name)));
      return place;
    },
  };
}

function part(colour: Rgb): number[] {
  return colour.map((value) => value / 255);
}
