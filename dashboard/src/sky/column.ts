/** A column that grows, with what it held. */

export type Column = Float64Array<ArrayBuffer> | Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Int8Array<ArrayBuffer>;

export function grown<A extends Column>(column: A, room: number): A {
  const longer = new (column.constructor as new (length: number) => A)(room);
  longer.set(column as never);
  return longer;
}
