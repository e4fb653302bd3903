import { describe, expect, test } from 'vitest';
import { centreBeside, clearPart, holds, offsetTo, type Area } from './clear_part';

const SCREEN: Area = { left: 0, top: 0, right: 1280, bottom: 800 };
const TABLE: Area = { left: 14, top: 70, right: 404, bottom: 700 };
const DETAILS: Area = { left: 870, top: 14, right: 1214, bottom: 720 };

describe('the part of the map that is clear', () => {
  test('is all of it where nothing is open', () => {
    expect(clearPart(SCREEN, [])).toEqual(SCREEN);
  });

  test('lies between the panels', () => {
    expect(clearPart(SCREEN, [TABLE, DETAILS])).toEqual({ left: 404, top: 0, right: 870, bottom: 800 });
  });

  test('lies above the sheet of a phone, and below the header', () => {
    const phone = { left: 0, top: 0, right: 390, bottom: 844 };
    const [header, sheet] = [{ left: 8, top: 8, right: 382, bottom: 96 }, { left: 8, top: 400, right: 382, bottom: 838 }];
    expect(clearPart(phone, [sheet, header])).toEqual({ left: 0, top: 96, right: 390, bottom: 400 });
  });

  test('counts what two panels cover together once', () => {
    const both = [{ left: 800, top: 0, right: 1280, bottom: 500 }, { left: 900, top: 100, right: 1280, bottom: 300 }];
    expect(clearPart(SCREEN, both)).toEqual({ left: 0, top: 0, right: 800, bottom: 800 });
  });

  test('is the whole where panels leave nothing', () => {
    expect(clearPart(SCREEN, [{ left: -1, top: -1, right: 1281, bottom: 801 }])).toEqual(SCREEN);
  });
});

test('the middle of the clear part is so far from that of the map', () => {
  expect(offsetTo({ left: 404, top: 0, right: 870, bottom: 800 }, 1280, 800)).toEqual({ x: -3, y: 0 });
  expect(offsetTo({ left: 0, top: 96, right: 390, bottom: 400 }, 390, 844)).toEqual({ x: 0, y: -174 });
});

test('what is at its edge is not in it', () => {
  expect(holds(TABLE, { x: 15, y: 71 })).toBe(true);
  expect(holds(TABLE, { x: 14, y: 71 })).toBe(false);
});

describe('the middle of a map that shows a place beside it', () => {
  const FRANKFURT = { lat: 50, lon: 8 };

  test('is the place where nothing is covered', () => {
    const { lat, lon } = centreBeside(FRANKFURT, { x: 0, y: 0 }, 8, 30);
    expect([lat, lon]).toEqual([expect.closeTo(50, 9), expect.closeTo(8, 9)]);
  });

  test('is west of it when it is to be right of the middle', () => {
    const { lat, lon } = centreBeside(FRANKFURT, { x: 512, y: 0 }, 0, 0); // a world
    expect([lat, lon]).toEqual([expect.closeTo(50, 9), expect.closeTo(8, 9)]);
    expect(centreBeside(FRANKFURT, { x: 128, y: 0 }, 3, 0).lon).toBeCloseTo(8 - 360 / 32, 9);
  });

  test('is south of it when it is to be above the middle, and west when east is up', () => {
    expect(centreBeside(FRANKFURT, { x: 0, y: -100 }, 8, 0).lat).toBeLessThan(50);
    const turned = centreBeside(FRANKFURT, { x: 0, y: -128 }, 3, 90);
    expect([turned.lat, turned.lon]).toEqual([expect.closeTo(50, 9), expect.closeTo(8 - 360 / 32, 9)]);
  });
});
