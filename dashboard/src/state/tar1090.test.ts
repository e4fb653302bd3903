import { describe, expect, it } from 'vitest';
import reference from '../../../docs/reference/dashboard.md?raw';
import { parse } from '../find/grammar';
import { DEFAULTS, type Choices } from './choices';
import { LEFT_OUT, TAKEN, translate } from './tar1090';

const NOW = Date.UTC(2026, 10, 22, 9);

function choices(query: string, base: Partial<Choices> = {}): Partial<Choices> {
  return translate(query, { ...DEFAULTS, ...base }, NOW).choices;
}

describe('a query of tar1090', () => {
  it.each<[string, Partial<Choices>]>([
    ['?icaoFilter=3C6444,~abcdef,rubbish', { terms: ['icao:3c6444,~abcdef'] }],
    ['?filterAltMin=500', { terms: ['alt>=500'] }],
    ['?filterAltMax=5000', { terms: ['alt<=5000'] }],
    ['?filterAltMin=500&filterAltMax=5000', { terms: ['alt>=500', 'alt<=5000'] }],
    ['?filterCallSign=^(UAL|DAL)', { terms: ['cs:/^(UAL|DAL)/'] }],
    ['?filterType=b738', { terms: ['type:B738'] }],
    ['?filterType=B73.', { terms: ['type:/B73./'] }],
    ['?filterType=B738|A320', { terms: ['type:/B738|A320/'] }],
    ['?filterIcao=^a', { terms: ['icao:/^a/'] }],
    ['?filterSources=adsb,MLAT,modeS,tisb,adsr,uat', { terms: ['source:adsb,mlat,mode_s,tisb,adsr'] }],
    ['?mil', { terms: ['mil'] }],
    ['?filterDbFlag=pia,Military', { terms: ['mil'] }],
    ['?filterDbFlag=ladd', {}],
    ['?filterMaxRange=100&SiteLat=50&SiteLon=8', { terms: ['near:50,8,100nm'], home: { lat: 50, lon: 8 }, camera: { lat: 50, lon: 8, zoom: 8, bearing: 0, pitch: 0 } }],
    ['?sortBy=altitude', { sorting: { by: 'altitude_ft', descending: false }, table: 'all' }],
    ['?sortBy=vert_rate&sortByReverse', { sorting: { by: 'vertical_rate_fpm', descending: true }, table: 'all' }],
    ['?sortByReverse', { sorting: { by: 'callsign', descending: true }, table: 'all' }],
    ['?sortBy=distance&hideSideBar', { sorting: { by: 'distance', descending: false }, table: null }],
    ['?tableInView', { table: 'view' }],
    ['?hideSideBar', { table: null }],
    ['?zoom=9&lat=50.5&lon=8.25', { camera: { lat: 50.5, lon: 8.25, zoom: 8, bearing: 0, pitch: 0 } }],
    ['?lat=50.5&lon=8.25', { camera: { lat: 50.5, lon: 8.25, zoom: 8, bearing: 0, pitch: 0 } }],
    ['?zoom=5', { camera: { lat: 40, lon: 8, zoom: 4, bearing: 0, pitch: 0 } }],
    ['?SiteLat=50&SiteLon=8&zoom=11', { home: { lat: 50, lon: 8 }, camera: { lat: 50, lon: 8, zoom: 10, bearing: 0, pitch: 0 } }],
    ['?SiteLat=50&SiteLon=8&lat=1&lon=2&centerReceiver', { home: { lat: 50, lon: 8 }, camera: { lat: 1, lon: 2, zoom: 8, bearing: 0, pitch: 0 } }],
    ['?mapOrientation=270', { camera: { lat: 40, lon: 8, zoom: 1, bearing: -90, pitch: 0 } }],
    ['?baseMap=carto_light_all', { theme: 'light' }],
    ['?baseMap=carto_dark_nolabels', { theme: 'dark' }],
    ['?baseMap=sat', {}],
    ['?enableLabels', { labels: 'callsign' }],
    ['?extendedLabels=2', { labels: 'full' }],
    ['?enableLabels&extendedLabels=0', { labels: 'callsign' }],
    ['?iconScale=1.5', { iconScale: 1.5 }],
    ['?scale=2&iconScale=0.75', { iconScale: 1.5 }],
    ['?iconScale=99', { iconScale: 4 }],
    ['?iconScale=-1', {}],
    ['?replay=2026-11-21-18:30', { playing: { at: Date.UTC(2026, 10, 21, 18, 30), speed: 1 } }],
    ['?replay=2026-11-21', { playing: { at: Date.UTC(2026, 10, 21), speed: 1 } }],
    ['?replay', { playing: { at: NOW - 3_600_000, speed: 1 } }],
    ['?replay&replaySpeed=40', { playing: { at: NOW - 3_600_000, speed: 40 } }],
    ['?replay&replaySpeed=9999', { playing: { at: NOW - 3_600_000, speed: 500 } }],
    ['?replay&replayPaused', { playing: { at: NOW - 3_600_000, speed: 0 } }],
  ])('%s', (query, expected) => {
    expect(choices(query)).toEqual(expected);
  });

  it.each([
    ['?heatmap', 'heat'], ['?heatmap=5000', 'heat'], ['?realHeat', 'heat'], ['?allTracks', 'trails'], ['?tempTrails', 'trails'],
    ['?rangeRings=1', 'rings'], ['?rangeRings', 'rings'],
  ] as const)('%s switches a layer on, beside those that are', (query, layer) => {
    expect(choices(query).layers).toEqual(new Set([...DEFAULTS.layers, layer]));
  });

  it('switches range rings off', () => {
    expect(choices('?rangeRings=0', { layers: new Set(['rings', 'night']) }).layers).toEqual(new Set(['night']));
    expect(choices('?rangeRings=0').layers).toBeUndefined();
  });

  it('?icao seeks aircraft and hides all others', () => {
    expect(translate('?icao=3C6444,~ABCDEF,xyz', DEFAULTS, NOW)).toEqual({
      choices: { isolate: true }, sought: { icao24: ['3c6444', '~abcdef'], registrations: [] }, soughtZoom: null, bare: null, reset: false, rest: '',
    });
  });

  it('?reg seeks them too, and noIsolation shows the others', () => {
    const read = translate('?reg=d-aima,G-EUPT&noIsolation&zoom=11', DEFAULTS, NOW);
    expect(read.sought).toEqual({ icao24: [], registrations: ['D-AIMA', 'G-EUPT'] });
    expect(read.choices).toEqual({ isolate: false });
    expect(read.soughtZoom).toBe(10);
  });

  it('with ?icao, a place wins over the place of the aircraft', () => {
    expect(translate('?icao=3c6444&lat=1&lon=2&zoom=3', DEFAULTS, NOW).choices.camera).toMatchObject({ lat: 1, lon: 2, zoom: 2 });
    expect(translate('?icao=3c6444&SiteLat=50&SiteLon=8', DEFAULTS, NOW).choices.camera).toBeUndefined();
    expect(translate('?icao=3c6444&SiteLat=50&SiteLon=8&centerReceiver', DEFAULTS, NOW).choices.camera).toMatchObject({ lat: 50 });
  });

  it.each([
    ['?kiosk', 'kiosk'], ['?embed', 'embed'], ['?hideButtons', 'embed'], ['?screenshot', 'embed'], ['?hideButtons&kiosk', 'kiosk'],
    ['?hideSideBar', null], ['', null],
  ] as const)('%s is %s', (query, bare) => {
    expect(translate(query, DEFAULTS, NOW).bare).toBe(bare);
  });

  it('opens no table where there are no panels', () => {
    expect(choices('?kiosk&sortBy=altitude').table).toBeUndefined();
  });

  it('forgets the settings at ?reset', () => {
    expect(translate('?reset', DEFAULTS, NOW).reset).toBe(true);
    expect(translate('', DEFAULTS, NOW).reset).toBe(false);
  });

  it('does not mind how names are written', () => {
    expect(choices('?FILTERALTMIN=500&Zoom=9&LAT=1&lOn=2&EnableLabels')).toEqual({
      terms: ['alt>=500'], camera: { lat: 1, lon: 2, zoom: 8, bearing: 0, pitch: 0 }, labels: 'callsign',
    });
  });

  it('keeps what others put there, and nothing of its own', () => {
    expect(translate('?token=a%26b&zoom=9&lat=1&lon=2&mapDim=0.4', DEFAULTS, NOW).rest).toBe('?token=a%26b');
  });

  it('keeps ?nowebgl where it is, and writes it as the page reads it', () => {
    expect(translate('?noWebGL&token=a', DEFAULTS, NOW).rest).toBe('?nowebgl=&token=a');
  });

  it.each([
    '?icao=', '?icao=nothing', '?reg=%00', '?filterAltMin=low', '?filterAltMax=', '?filterCallSign=', '?filterType', '?filterIcao', '?icaoFilter=',
    '?filterSources=carrier-pigeon', '?filterMaxRange=100', '?sortBy=military', '?sortBy=constructor', '?zoom=near', '?lat=50', '?lat=91&lon=0',
    '?SiteLat=50', '?mapOrientation=up', '?baseMap=', '?iconScale=big', '?scale=0', '?%', '?=', '?&&',
  ])('%s chooses nothing', (query) => {
    expect(choices(query)).toEqual({});
    expect(translate(query, DEFAULTS, NOW).sought).toBeNull();
  });

  it.each(LEFT_OUT.map((name) => [name]))('%s means nothing here, and is taken away', (name) => {
    const read = translate(`?${name}=1`, DEFAULTS, NOW);
    expect(read.choices).toEqual({});
    expect(read.rest).toBe('');
  });

  it('makes filters that can be used', () => {
    const { terms } = choices(
      '?filterAltMin=500&filterAltMax=5000&filterCallSign=^(UAL|DAL)&filterType=B73.&filterIcao=^a&icaoFilter=3c6444,3c6445' +
        '&filterSources=adsb,modeS,adsc,other&filterMaxRange=250&SiteLat=50.1&SiteLon=-8.6',
    );
    expect(terms).toHaveLength(8);
    for (const term of terms!) expect(parse(term)).not.toHaveProperty('error');
  });

  it.each([...TAKEN, ...LEFT_OUT].map((name) => [name]))('the reference speaks of %s', (name) => {
    expect(reference).toContain(`\`${name}`);
  });
});
