/** What an aircraft's codes mean, in words: its category, where its positions come from, whose register it is in. */

const CATEGORIES: Record<string, string> = {
  A1: 'Light, below 7 t', A2: 'Small, 7 to 34 t', A3: 'Large, 34 to 136 t', A4: 'High-vortex large', A5: 'Heavy, above 136 t',
  A6: 'High performance', A7: 'Rotorcraft',
  B1: 'Glider', B2: 'Lighter than air', B3: 'Parachutist', B4: 'Ultralight', B6: 'Unmanned aircraft', B7: 'Spacecraft',
  C1: 'Emergency vehicle', C2: 'Service vehicle', C3: 'Point obstacle', C4: 'Cluster obstacle', C5: 'Line obstacle',
};

/** The emitter category; null if it says nothing. */
export function category(code: string | null): string | null {
  return code === null ? null : (CATEGORIES[code] ?? null);
}

/** How a position was obtained, where there is little room. */
export const SOURCE_NAMES: Readonly<Record<string, string>> = {
  adsb: 'ADS-B', adsr: 'ADS-R', mlat: 'MLAT', tisb: 'TIS-B', adsc: 'ADS-C', mode_s: 'Mode S', flarm: 'FLARM', radar: 'Radar',
  simulated: 'Simulated', other: 'Other',
};

const SOURCES: Record<string, string> = {
  adsb: 'ADS-B', adsr: 'ADS-R, rebroadcast', mlat: 'MLAT, by several receivers', tisb: 'TIS-B, from ground radar',
  adsc: 'ADS-C, by satellite', mode_s: 'Mode S', flarm: 'FLARM', radar: 'Radar', simulated: 'Simulated', other: 'Other',
};

export function positionSource(code: string | null): string | null {
  return code === null ? null : (SOURCES[code] ?? code);
}

// ISO 3166, first address and how many, after ICAO Annex 10, volume III, table 9-1; parts before the whole.
const REGISTERS = `
HK 789000 1000  US a00000 100000 CA c00000 40000 MX 0d0000 8000  CR 0ae000 1000 PA 0c2000 1000 CO 0ac000 1000
BR e40000 40000 AR e00000 40000 CL e80000 1000  PE e8c000 1000  EC e84000 1000 BO e94000 1000 VE 0d8000 8000 CU 0b0000 1000
GB 400000 40000 IE 4ca000 1000  FR 380000 40000 DE 3c0000 40000 NL 480000 8000 BE 448000 8000 LU 4d0000 400
CH 4b0000 8000  AT 440000 8000  IT 300000 40000 ES 340000 40000 PT 490000 8000 DK 458000 8000 SE 4a8000 8000
NO 478000 8000  FI 460000 8000  IS 4cc000 1000  PL 488000 8000  CZ 498000 8000 SK 505c00 400  HU 470000 8000
RO 4a0000 8000  BG 450000 8000  RS 4c0000 8000  GR 468000 8000  MT 4d2000 400  CY 4c8000 400  SI 506c00 400
HR 501c00 400   AL 501000 400   BA 513000 400   MK 512000 400   MD 504c00 400  EE 511000 400  LV 502c00 400 LT 503c00 400
UA 508000 8000  BY 510000 400   TR 4b8000 8000  RU 100000 100000 GE 514000 400 AM 600000 400  AZ 600800 400
KZ 683000 400   UZ 507c00 400   IL 738000 8000  AE 896000 1000  QA 06a000 400  SA 710000 8000 KW 706000 1000
BH 894000 1000  OM 70c000 400   JO 740000 8000  LB 748000 8000  SY 778000 8000 IQ 728000 8000 IR 730000 8000
EG 010000 8000  MA 020000 8000  DZ 0a0000 8000  TN 028000 8000  LY 018000 8000 ET 040000 1000 KE 04c000 1000 ZA 008000 8000
NG 064000 1000  RW 06e000 1000  CN 780000 40000 TW 899000 400   JP 840000 40000 KR 718000 8000 IN 800000 40000
PK 760000 8000  LK 770000 400   BD 702000 1000  NP 70a000 1000  SG 768000 8000 MY 750000 8000 ID 8a0000 8000
TH 880000 8000  VN 888000 8000  PH 758000 8000  AU 7c0000 40000 NZ c80000 8000 PG 898000 1000 FJ c88000 1000
`.trim().split(/\s+/);

/** The country whose register an address belongs to, as ISO 3166 writes it; null if it is none we know, or no ICAO address. */
export function countryCode(icao24: string): string | null {
  if (!/^[0-9a-f]{6}$/i.test(icao24)) return null;
  const address = parseInt(icao24, 16);
  for (let i = 0; i + 2 < REGISTERS.length; i += 3) {
    const first = parseInt(REGISTERS[i + 1]!, 16);
    if (address >= first && address < first + parseInt(REGISTERS[i + 2]!, 16)) return REGISTERS[i]!;
  }
  return null;
}

const names = new Intl.DisplayNames('en', { type: 'region' });

/** Its name in English. */
export function country(icao24: string): string | null {
  const code = countryCode(icao24);
  return code === null ? null : (names.of(code) ?? code);
}
