/**
 * Silhouettes of aircraft, our own drawings, and which flight gets which. Each is a list of polygons in a box of
 * 64 by 64, nose up. What is alike on both sides is given by its right half: how far from the axis, and how far down.
 */

export type Shape =
  | 'dot' | 'airliner' | 'heavy' | 'quad' | 'regional' | 'business' | 'turboprop' | 'light' | 'glider' | 'helicopter'
  | 'fighter' | 'airship' | 'drone' | 'vehicle' | 'tower';

type Point = readonly [x: number, y: number];
export type Polygon = readonly Point[];

interface Drawing {
  readonly polygons: readonly Polygon[];
  /** Beside an airliner. */
  readonly size: number;
  /** False for what has no nose to point with. */
  readonly turns: boolean;
}

export const BOX = 64;
const AXIS = BOX / 2;

const DRAWINGS: Record<Shape, Drawing> = {
  dot: { polygons: [disc(32, 32, 13)], size: 0.8, turns: false },
  airliner: plane(1, '0,3 1.7,4.4 2.8,8 3.2,12 3.2,22.6 8.6,26.4 8.6,23.4 9.3,22.2 11.3,22.2 12,23.4 12,28.8 28.6,39.6 29.6,41.2 29.6,43.8 27.6,42.8 12,37.4 3.2,36.2 2.9,44 2.2,51.4 11.4,57 11.6,60 1.6,58.2 0,61'),
  heavy: plane(1.22, '0,1.5 2,3.2 3.3,7 3.7,11 3.7,21 9.6,25.4 9.6,21.2 10.5,19.8 13,19.8 13.9,21.2 13.9,28.6 30,40.4 31,42.4 30.6,44.2 28.6,43 14,37.6 3.7,36.4 3.3,46 2.5,52.4 12.6,58.2 12.6,61 1.8,59.4 0,63'),
  quad: plane(1.32, '0,1.5 2.2,3.2 3.6,7 4,11 4,20 8.8,23.4 8.8,20.4 9.5,19.2 11.4,19.2 12.1,20.4 12.1,25.8 17.6,29.8 17.6,26.8 18.3,25.6 20.2,25.6 20.9,26.8 20.9,32.2 30.4,40.4 31,42 31,44.8 29,43.6 13,37.2 4,36.4 3.5,46 2.7,52.4 13,58.4 13,61.4 1.8,59.6 0,63'),
  regional: plane(0.92, '0,4 1.7,6 2.7,10 2.9,15 2.9,25 24.8,38 25.6,39.6 25.4,42 23.6,41.2 10,36.8 2.9,36.2 2.9,40 4.2,39.8 4.6,38.4 6.8,38.4 7.4,39.8 7.4,46 6.4,47.4 2.7,47.4 2.1,52.6 9.8,57 9.8,59.8 1.4,58.2 0,61'),
  business: plane(0.82, '0,5 1.5,8.4 2.5,13 2.7,26.6 22.4,38.2 23.2,39.6 23,41.8 21,41 9,37.4 2.7,37.2 2.7,39.6 4.6,38.8 6.8,38.8 7.4,40.2 7.4,45.6 6.4,46.6 2.4,46.6 1.9,51.2 10.8,54.8 10.8,57.6 1.3,56.6 0,60'),
  turboprop: plane(0.95, '0,4.5 1.9,6.6 3,11 3.1,24 8,24 8,20.8 5,20.6 5,19 8.4,18.8 9.7,16 11,18.8 14.4,19 14.4,20.6 11.4,20.8 11.4,24.2 29,26.2 29.8,27.8 29.2,30 11.4,32 3.1,32.2 2.7,44 2,51.8 11.8,53.4 11.8,56.8 1.5,57.8 0,60.5'),
  light: plane(0.8, '0,8.5 1.1,9.6 1.1,10.8 7,11 7,12.9 2.2,13.1 3,16 3.5,20.6 28.8,21 30,22.4 30,27.6 28.6,28.9 3.6,30.4 2.4,44 1.6,50 10.6,50.4 11.6,51.8 11.2,55.8 1.4,56.8 0,58.8'),
  glider: plane(1, '0,11 1.6,13.6 2.3,17.6 2.3,23.6 31,26 31.6,27.4 31,28.8 2.3,30.8 1.5,40 1.3,49 8,49.4 8,52.4 1.1,53 0,54.6'),
  helicopter: {
    polygons: [
      mirrored('0,11 3.6,12.6 5.6,17 6,24 5.2,31 2.8,36.4 1.7,40 1.4,52 6,53 6,56.4 1.3,56.8 0,60'),
      bar(32, 25, 28, 2.8, 45), bar(32, 25, 28, 2.8, 135),
    ],
    size: 0.95, turns: true,
  },
  fighter: plane(0.85, '0,2 1.5,7 2.5,14.6 3.6,20 4.8,22 6.4,28 21.2,41.8 22,43.8 22,47.6 7.2,48.2 6.9,50 13.6,55.8 13.8,59.4 5.6,59.2 4.6,61 1,61 0,58.6'),
  airship: { polygons: [ellipse(32, 29, 10.5, 24), mirrored('0,40 5,42 12,49 12,56 3.4,57 0,58')], size: 1.1, turns: true },
  drone: {
    polygons: [
      bar(32, 32, 20, 4, 45), bar(32, 32, 20, 4, 135), mirrored('0,22 5,26 5.6,36 3.6,41 0,41'),
      ...[[18, 18], [46, 18], [18, 46], [46, 46]].map(([x, y]) => disc(x!, y!, 8)),
    ],
    size: 0.75, turns: true,
  },
  vehicle: { polygons: [mirrored('0,12 7.6,12 9.6,14.6 10,22 11,23.2 11,50 9.4,52 0,52')], size: 0.55, turns: true },
  tower: { polygons: [mirrored('0,6 2.4,8 3.4,22 6.4,40 12.6,57 7.4,57 0,44')], size: 0.7, turns: false },
};

/** All shapes; the index is the number the layer knows one by. */
export const SHAPES = Object.keys(DRAWINGS) as readonly Shape[];

export function drawing(shape: Shape): Drawing {
  return DRAWINGS[shape];
}

/** ICAO type designators, by how they begin. The first that fits is right. */
const TYPES: readonly (readonly [Shape, RegExp])[] = [
  ['quad', /^(A34|A38|A124|A225|B74|B52|C17$|C5$|C5M|IL76|IL96|K35|E3TF|E3CF|DC8|B70|A400|BLCF)/],
  ['heavy', /^(A30|A31|A33|A35|B76|B77|B78|MD11|DC10|L101|IL86|A3ST)/],
  ['helicopter', /^(H1[26]|H20|H26|H47|H50|H53|H60|H64|H9|EC|AS[35]|A10[69]|A119|A139|A149|A169|A189|B06|B105|B212|B222|B4[0123]|B50|BK17|R22|R44|R66|S6[145]|S70|S76|S92|MI[0-9]|KA[0-9]|NH90|LYNX|UH|G2CA|EN[24]|EXPL|CABR|MD[56]|MD90N|PUMA|TIGR)/],
  ['turboprop', /^(AT[4-7]|DH8|SF34|SB20|D328|JS[34]|E120|F50|F27|C130|C30J|C160|B190|BE10|BE20|BE30|BE9|B350|PC12|TBM|P180|L410|SW[34]|AN[0-9]|C208|SH[36]|P3$|E2$|C295|CN35|DHC6|PC6|PC24T)/],
  ['regional', /^(CRJ|E1[34579]|E2[09]|E29|E75|E70|F70|F100|F28|RJ|B46|BA46|SU95|J328|AJ27|A148|DC9|MD8|MD9|B71|YK)/],
  ['business', /^(C25|C5[0-9]|C6[58]|C7[05]|CL[36]|GL[5-7EXF]|GLEX|GALX|GLF|G1[5-9]|G2[58]|FA[1-9]|F2TH|F900|LJ|E35|E50|E54|E55|H25|HA4|BE40|PRM|EA50|PC24|SF50|ASTR|WW24|HDJT|MU3)/],
  ['fighter', /^(F1[4-9]|F2$|F22|F35|F4|F5|F18|F16|F15|EUFI|RFAL|TOR|MIR|MRF|MG|SU[23]|HAWK|T38|A4$|A10$|L39|L159|M346|U2|GRIP|HAR|AJET|AMX|JAGR|TEX2|PC21|PC9|PC7)/],
  ['glider', /^(GLID|AS2|ASK|ASW|DG[1-9]|DISC|DUOD|LS[0-9]|NIMB|VENT|ARCU|S10S|S12|PISI)/],
  ['drone', /^(DRON|Q[0-9]|HRON|R[QP]|MQ)/],
  ['light', /^(C1[0-9]|C20|C21|C30|C31|C33|C34|C40|C41|C42|C72|P28|P32|P46|PA|DA[2-6]|DV|DR4|SR2|S22|BE[357]|BE2[34]|BE58|M20|M7|RV|AA[15]|TOBA|TRIN|TB|AC11|EV9|COL|ULAC|P06|P20|A21$|SIRA|CH[67]|GLAS|PIVI|WT9|G115|AP2|Z[0-9]|YK18|DR|R[12]|RF)/],
  ['airship', /^(BALL|SHIP)/],
  ['vehicle', /^(GRND|SERV|EMER)/],
  ['tower', /^TWR/],
];

/** Categories of the emitter, as ADS-B has them. */
const CATEGORIES: Readonly<Record<string, Shape>> = {
  A1: 'light', A2: 'business', A3: 'airliner', A4: 'airliner', A5: 'heavy', A6: 'fighter', A7: 'helicopter',
  B1: 'glider', B2: 'airship', B3: 'dot', B4: 'light', B6: 'drone', B7: 'fighter',
  C1: 'vehicle', C2: 'vehicle', C3: 'tower', C4: 'tower', C5: 'tower',
};

const known = new Map<string | null, Map<string | null, Shape>>(); // by type, then category: a few thousand, and asked for often

/** The silhouette of an aircraft by its type, or else by its category. */
export function shapeOf({ type_code, category }: { type_code: string | null; category: string | null }): Shape {
  let shape = known.get(type_code)?.get(category);
  if (shape === undefined) {
    const listed = type_code === null ? undefined : TYPES.find(([, begins]) => begins.test(type_code));
    shape = listed?.[0] ?? CATEGORIES[category ?? ''] ?? 'airliner';
    if (known.size > 10_000) known.clear(); // both texts come from the radio
    const categories = known.get(type_code) ?? new Map<string | null, Shape>();
    if (categories.size > 100) categories.clear();
    known.set(type_code, categories.set(category, shape));
  }
  return shape;
}

function plane(size: number, half: string): Drawing {
  return { polygons: [mirrored(half)], size, turns: true };
}

function mirrored(half: string): Polygon {
  const right = half.split(' ').map((pair): Point => {
    const [out, down] = pair.split(',').map(Number);
    return [AXIS + out!, down!];
  });
  return [...right, ...right.map(([x, y]): Point => [BOX - x, y]).reverse()];
}

function disc(x: number, y: number, radius: number): Polygon {
  return ellipse(x, y, radius, radius);
}

function ellipse(x: number, y: number, across: number, along: number): Polygon {
  return Array.from({ length: 32 }, (_, i): Point => {
    const angle = (i * Math.PI) / 16;
    return [x + across * Math.sin(angle), y - along * Math.cos(angle)];
  });
}

function bar(x: number, y: number, reach: number, width: number, degrees: number): Polygon {
  const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
  return [[-reach, -width / 2], [reach, -width / 2], [reach, width / 2], [-reach, width / 2]].map(
    ([along, across]): Point => [x + along! * cos - across! * sin, y + along! * sin + across! * cos],
  );
}
