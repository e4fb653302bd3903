import { describe, expect, it } from 'vitest';
import { seek } from './seek';

const SERVER = {
  async json(path: string): Promise<unknown> {
    const answers: Record<string, unknown> = {
      'api/v1/aircraft/3c6444': { live: { id: 'now', lat: 50, lon: 8 }, newest: { id: 'now', lat: 50, lon: 8 } },
      'api/v1/aircraft/3c6445': { live: null, newest: { id: 'before', lat: null, lon: null } },
      'api/v1/flights?registration=D-AIMA,G-EUPT': { flights: [{ id: 'aima', lat: 1, lon: 2 }] },
    };
    if (!(path in answers)) throw new Error('404');
    return answers[path];
  },
};

describe('seeking aircraft', () => {
  it('finds the flight that is in the air, else the newest', async () => {
    expect(await seek({ icao24: ['3c6445', '3c6444'], registrations: [] }, SERVER)).toEqual({ ids: ['before', 'now'], place: { lat: 50, lon: 8 } });
    expect(await seek({ icao24: ['3c6445'], registrations: [] }, SERVER)).toEqual({ ids: ['before'], place: null });
  });

  it('finds registrations', async () => {
    expect(await seek({ icao24: [], registrations: ['D-AIMA', 'G-EUPT'] }, SERVER)).toEqual({ ids: ['aima'], place: { lat: 1, lon: 2 } });
  });

  it('finds nothing of what nobody knows', async () => {
    expect(await seek({ icao24: ['ffffff'], registrations: ['X'] }, SERVER)).toEqual({ ids: [], place: null });
  });
});
