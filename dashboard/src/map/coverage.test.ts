import { expect, test } from 'vitest';
import type { Feed } from '../sky/feeds';
import { bearingDeg, distanceM } from '../sky/great_circle';
import { Coverage, SECTORS, toldReach } from './coverage';

const HOME = { lat: 50, lon: 8 };

function ring(coverage: Coverage): GeoJSON.Position[] {
  return (coverage.outline()!.geometry as GeoJSON.Polygon).coordinates[0]!;
}

test('only the farthest position of a direction counts', () => {
  const coverage = new Coverage(HOME);
  expect(coverage.heard(52, 8)).toBe(true);
  expect(coverage.heard(51, 8)).toBe(false);
  expect(coverage.heard(53, 8)).toBe(true);
  expect(ring(coverage)[0]![1]).toBeCloseTo(53, 6);
});

test('one direction has nothing to do with another', () => {
  const coverage = new Coverage(HOME);
  coverage.heard(53, 8);
  expect(coverage.heard(49, 8)).toBe(true);
});

test('there is no outline before something was heard', () => {
  expect(new Coverage(HOME).outline()).toBeNull();
});

test('each sector is as long as its farthest position is away, the others end at home', () => {
  const coverage = new Coverage(HOME);
  coverage.heard(50, 12);
  const away = ring(coverage).map(([lon, lat]) => Math.round(distanceM(HOME, { lat: lat!, lon: lon! })));
  const far = Math.round(distanceM(HOME, { lat: 50, lon: 12 }));
  expect(away).toHaveLength(2 * SECTORS + 1);
  expect(away.filter((metres) => metres > 0)).toEqual([far, far]);
});

test('what is below the horizon was heard by somebody else', () => {
  const coverage = new Coverage(HOME);
  expect(coverage.heard(40.6, -73.8)).toBe(false);
  expect(coverage.heard(50, 20)).toBe(false);
  expect(coverage.heard(NaN, NaN)).toBe(false);
});

test('an outline over the antimeridian stays in one piece', () => {
  const coverage = new Coverage({ lat: 0, lon: 179 });
  coverage.heard(0, -178);
  coverage.heard(2, 179.1);
  coverage.heard(-2, 179.1);
  expect(Math.max(...ring(coverage).map(([lon]) => lon!))).toBeCloseTo(182, 2);
});

const ROOF: Feed = {
  name: 'roof', state: 'connected', error: null, rate: 0, lag: null, accepted: 0, refused: [], kinds: [], overlap: null, contribution: null,
  receiver: HOME, outline: [60, null, null, 30],
};

test('the outline of a receiver is as far away in each direction as the server tells, from north on', () => {
  const [outline] = toldReach([ROOF], null);
  const corners = (outline!.geometry as GeoJSON.Polygon).coordinates[0]!;
  const told = corners.map(([lon, lat]) => [bearingDeg(HOME, { lat: lat!, lon: lon! }), distanceM(HOME, { lat: lat!, lon: lon! }) / 1852].map(Math.round));
  expect(told.filter(([, miles]) => miles! > 0)).toEqual([[0, 60], [90, 60], [270, 30], [0, 30], [0, 60]]);
});

test('a receiver stands where it stands, also before it has heard anything', () => {
  const antenna = { type: 'Feature', properties: { bold: false }, geometry: { type: 'Point', coordinates: [8, 50] } };
  expect(toldReach([{ ...ROOF, outline: [null, null] }], null)).toEqual([antenna]);
  expect(toldReach([{ ...ROOF, outline: null }], null)).toEqual([antenna]);
});

test('the chosen feed is bold, and a feed whose place nobody knows is not drawn', () => {
  const feeds = [ROOF, { ...ROOF, name: 'net' }, { ...ROOF, name: 'sim', receiver: null }];
  expect(toldReach(feeds, 'net').map(({ properties }) => properties!['bold'])).toEqual([false, false, true, true]);
});
