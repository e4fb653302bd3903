/** Packed changes for tests, in which little matters but who is there. */
import { FACTS, MOTION } from './layout';

export interface Told {
  since: number;
  tick: number;
  /** Ids such as `00000a-00000001`; the address is the handle too. */
  updated?: readonly string[];
  gone?: readonly number[];
  more?: boolean;
  /** ms since 1970. */
  time?: number;
}

export const A = '00000a-00000001';
export const B = '00000b-00000001';
const HEAD_BYTES = 32;

export function packed({ since, tick, updated = [], gone = [], more = false, time = 0 }: Told): ArrayBuffer {
  const tail = new TextEncoder().encode('{"view":"v1","feeds":["roof"]}');
  const factsAt = HEAD_BYTES + 4 * gone.length;
  const motionAt = factsAt + FACTS.size * updated.length;
  const tailAt = motionAt + MOTION.size * updated.length;
  const view = new DataView(new ArrayBuffer(tailAt + tail.length));
  new Uint8Array(view.buffer).set(tail, tailAt);
  view.setUint8(0, 1);
  view.setUint8(1, Number(more));
  view.setUint32(4, since, true);
  view.setUint32(8, tick, true);
  view.setUint32(12, gone.length, true);
  view.setUint32(16, updated.length, true);
  view.setUint32(20, updated.length, true);
  view.setFloat64(24, time, true);
  gone.forEach((handle, i) => view.setUint32(HEAD_BYTES + 4 * i, handle, true));
  updated.forEach((id, i) => {
    const [address = 0, start = 0] = id.split('-').map((digits) => parseInt(digits, 16));
    const [facts, motion] = [factsAt + FACTS.size * i, motionAt + MOTION.size * i];
    view.setUint32(facts, address, true);
    view.setUint32(facts + FACTS.field('address').offset, address, true);
    view.setUint32(facts + FACTS.field('start').offset, start, true);
    view.setUint32(motion, address, true);
  });
  return view.buffer;
}
