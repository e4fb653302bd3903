"""Countries: where an aircraft is registered, by the block of ICAO addresses that its address is in.

ICAO allots each State one block of addresses: those that begin with the same 4 to 13 bits (Annex 10 to the
Convention, volume III, table 9-1, which tells them as `0100 1100 1010`; here that is `4CA000 12`, a block of
2^12). Blocks that were 2^10 in older editions are 2^11 now, around the same place. Addresses in no block are
nobody's: military, temporary, made up.
"""

from bisect import bisect_right
from typing import NamedTuple

_BLOCKS = """
004000 11 ZW Zimbabwe
006000 12 MZ Mozambique
008000 15 ZA South Africa
010000 15 EG Egypt
018000 15 LY Libya
020000 15 MA Morocco
028000 15 TN Tunisia
030000 11 BW Botswana
032000 12 BI Burundi
034000 12 CM Cameroon
035000 11 KM Comoros
036000 12 CG Republic of the Congo
038000 12 CI Côte d'Ivoire
03E000 12 GA Gabon
040000 12 ET Ethiopia
042000 12 GQ Equatorial Guinea
044000 12 GH Ghana
046000 12 GN Guinea
048000 11 GW Guinea-Bissau
04A000 11 LS Lesotho
04C000 12 KE Kenya
050000 12 LR Liberia
054000 12 MG Madagascar
058000 12 MW Malawi
05A000 11 MV Maldives
05C000 12 ML Mali
05E000 11 MR Mauritania
060000 11 MU Mauritius
062000 12 NE Niger
064000 12 NG Nigeria
068000 12 UG Uganda
06A000 11 QA Qatar
06C000 12 CF Central African Republic
06E000 12 RW Rwanda
070000 12 SN Senegal
074000 11 SC Seychelles
076000 11 SL Sierra Leone
078000 12 SO Somalia
07A000 11 SZ Eswatini
07C000 12 SD Sudan
080000 12 TZ Tanzania
084000 12 TD Chad
088000 12 TG Togo
08A000 12 ZM Zambia
08C000 12 CD Democratic Republic of the Congo
090000 12 AO Angola
094000 11 BJ Benin
096000 11 CV Cape Verde
098000 11 DJ Djibouti
09A000 12 GM Gambia
09C000 12 BF Burkina Faso
09E000 11 ST São Tomé and Príncipe
0A0000 15 DZ Algeria
0A8000 12 BS Bahamas
0AA000 11 BB Barbados
0AB000 11 BZ Belize
0AC000 12 CO Colombia
0AE000 12 CR Costa Rica
0B0000 12 CU Cuba
0B2000 12 SV El Salvador
0B4000 12 GT Guatemala
0B6000 12 GY Guyana
0B8000 12 HT Haiti
0BA000 12 HN Honduras
0BC000 11 VC Saint Vincent and the Grenadines
0BE000 12 JM Jamaica
0C0000 12 NI Nicaragua
0C2000 12 PA Panama
0C4000 12 DO Dominican Republic
0C6000 12 TT Trinidad and Tobago
0C8000 12 SR Suriname
0CA000 11 AG Antigua and Barbuda
0CC000 11 GD Grenada
0D0000 15 MX Mexico
0D8000 15 VE Venezuela
100000 20 RU Russia
201000 11 NA Namibia
202000 11 ER Eritrea
300000 18 IT Italy
340000 18 ES Spain
380000 18 FR France
3C0000 18 DE Germany
400000 18 GB United Kingdom
440000 15 AT Austria
448000 15 BE Belgium
450000 15 BG Bulgaria
458000 15 DK Denmark
460000 15 FI Finland
468000 15 GR Greece
470000 15 HU Hungary
478000 15 NO Norway
480000 15 NL Netherlands
488000 15 PL Poland
490000 15 PT Portugal
498000 15 CZ Czechia
4A0000 15 RO Romania
4A8000 15 SE Sweden
4B0000 15 CH Switzerland
4B8000 15 TR Türkiye
4C0000 15 RS Serbia
4C8000 11 CY Cyprus
4CA000 12 IE Ireland
4CC000 12 IS Iceland
4D0000 11 LU Luxembourg
4D2000 11 MT Malta
4D4000 11 MC Monaco
500000 11 SM San Marino
501000 11 AL Albania
501800 11 HR Croatia
502800 11 LV Latvia
503800 11 LT Lithuania
504800 11 MD Moldova
505800 11 SK Slovakia
506800 11 SI Slovenia
507800 11 UZ Uzbekistan
508000 15 UA Ukraine
510000 11 BY Belarus
511000 11 EE Estonia
512000 11 MK North Macedonia
513000 11 BA Bosnia and Herzegovina
514000 11 GE Georgia
515000 11 TJ Tajikistan
516000 11 ME Montenegro
600000 11 AM Armenia
600800 11 AZ Azerbaijan
601000 11 KG Kyrgyzstan
601800 11 TM Turkmenistan
680000 11 BT Bhutan
681000 11 FM Micronesia
682000 11 MN Mongolia
683000 11 KZ Kazakhstan
684000 11 PW Palau
700000 12 AF Afghanistan
702000 12 BD Bangladesh
704000 12 MM Myanmar
706000 12 KW Kuwait
708000 12 LA Laos
70A000 12 NP Nepal
70C000 11 OM Oman
70E000 12 KH Cambodia
710000 15 SA Saudi Arabia
718000 15 KR South Korea
720000 15 KP North Korea
728000 15 IQ Iraq
730000 15 IR Iran
738000 15 IL Israel
740000 15 JO Jordan
748000 15 LB Lebanon
750000 15 MY Malaysia
758000 15 PH Philippines
760000 15 PK Pakistan
768000 15 SG Singapore
770000 15 LK Sri Lanka
778000 15 SY Syria
780000 18 CN China
7C0000 18 AU Australia
800000 18 IN India
840000 18 JP Japan
880000 15 TH Thailand
888000 15 VN Vietnam
890000 12 YE Yemen
894000 12 BH Bahrain
895000 11 BN Brunei
896000 12 AE United Arab Emirates
897000 11 SB Solomon Islands
898000 12 PG Papua New Guinea
899000 11 TW Taiwan
8A0000 15 ID Indonesia
900000 11 MH Marshall Islands
901000 11 CK Cook Islands
902000 11 WS Samoa
A00000 20 US United States
C00000 18 CA Canada
C80000 15 NZ New Zealand
C88000 12 FJ Fiji
C8A000 11 NR Nauru
C8C000 11 LC Saint Lucia
C8D000 11 TO Tonga
C8E000 11 KI Kiribati
C90000 11 VU Vanuatu
E00000 18 AR Argentina
E40000 18 BR Brazil
E80000 12 CL Chile
E84000 12 EC Ecuador
E88000 12 PY Paraguay
E8C000 12 PE Peru
E90000 12 UY Uruguay
E94000 12 BO Bolivia
"""  # first address, bits that are left for the aircraft, ISO 3166 code, name


class Country(NamedTuple):
    """A country: its two-letter code of ISO 3166, and its name in English."""

    code: str
    name: str


class Block(NamedTuple):
    """The addresses of a country, the last one included."""

    first: int
    last: int
    country: Country


def _block(line: str) -> Block:
    first, bits, code, name = line.split(maxsplit=3)
    return Block(int(first, 16), int(first, 16) + (1 << int(bits)) - 1, Country(code, name))


BLOCKS = tuple(_block(line) for line in _BLOCKS.strip().splitlines())
"""All blocks, in the order of their addresses."""
_FIRST = [block.first for block in BLOCKS]


def country_of(address: int) -> Country | None:
    """Return the country that an address belongs to; None where it is no country's, or not ICAO's at all."""
    block = BLOCKS[bisect_right(_FIRST, address) - 1]  # below the first it is the last, which ends the same
    return block.country if block.first <= address <= block.last else None
