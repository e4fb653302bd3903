"""The registers of aircraft: which addresses a country hands out, and what its registrations look like."""

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.identity import NOT_ICAO

# Country (ISO 3166), first address and how many (ICAO Annex 10, volume III, table 9-1, Hong Kong's as in
# practice), its registrations, with @ for a letter and # for a digit.
_REGISTERS = """
US a00001 df7c7 N###@@    CA c00000 40000 C-F@@@    MX 0d0000 8000 XA-@@@    CR 0ae000 1000 TI-@@@
PA 0c2000 1000 HP-####CMP CO 0ac000 1000 HK-####    BR e40000 40000 PR-@@@   AR e00000 40000 LV-@@@
CL e80000 1000 CC-@@@     PE e8c000 1000 OB-####    EC e84000 1000 HC-C@@    BO e94000 1000 CP-####
GB 400000 40000 G-@@@@    IE 4ca000 1000 EI-@@@     FR 380000 40000 F-H@@@   DE 3c4000 3c000 D-A@@@
NL 480000 8000 PH-@@@     BE 448000 8000 OO-@@@     LU 4d0000 400 LX-@@@     CH 4b0000 8000 HB-@@@
AT 440000 8000 OE-@@@     IT 300000 40000 I-@@@@    ES 340000 40000 EC-@@@   PT 490000 8000 CS-@@@
DK 458000 8000 OY-@@@     SE 4a8000 8000 SE-@@@     NO 478000 8000 LN-@@@    FI 460000 8000 OH-@@@
IS 4cc000 1000 TF-@@@     PL 488000 8000 SP-@@@     CZ 498000 8000 OK-@@@    HU 470000 8000 HA-@@@
RO 4a0000 8000 YR-@@@     BG 450000 8000 LZ-@@@     RS 4c0000 8000 YU-@@@    GR 468000 8000 SX-@@@
MT 4d2000 1000 9H-@@@     LV 502c00 400 YL-@@@      TR 4b8000 8000 TC-@@@    RU 140000 60000 RA-#####
KZ 683000 400 UP-@####    UZ 507c00 400 UK#####     AZ 600800 400 4K-@@##    IL 738000 8000 4X-@@@
AE 896000 1000 A6-@@@     QA 06a000 400 A7-@@@      SA 710000 8000 HZ-@@@    KW 706000 1000 9K-@@@
BH 894000 1000 A9C-@@     OM 70c000 400 A4O-@@      JO 740000 8000 JY-@@@    EG 010000 8000 SU-@@@
MA 020000 8000 CN-@@@     DZ 0a0000 8000 7T-@@@     TN 028000 8000 TS-@@@    ET 040000 1000 ET-@@@
KE 04c000 1000 5Y-@@@     ZA 008000 8000 ZS-@@@     NG 064000 1000 5N-@@@    RW 06e000 1000 9XR-@@
CN 78a000 36000 B-####    HK 789000 1000 B-@@@      TW 899000 400 B-#####    JP 840000 40000 JA###@
KR 718000 8000 HL####     IN 800000 40000 VT-@@@    PK 760000 8000 AP-@@@    LK 770000 400 4R-@@@
BD 702000 1000 S2-@@@     NP 70a000 1000 9N-@@@     SG 768000 8000 9V-@@@    MY 750000 8000 9M-@@@
ID 8a0000 8000 PK-@@@     TH 880000 8000 HS-@@@     VN 888000 8000 VN-A###   PH 758000 8000 RP-C####
AU 7c0000 40000 VH-@@@    NZ c80000 8000 ZK-@@@     PG 898000 1000 P2-@@@    FJ c88000 1000 DQ-@@@
"""
_LETTERS = np.frombuffer(b"ABCDEFGHJKLMNPQRSTUVWXYZ", "S1")  # no I and no O, which look like digits
_DIGITS = np.frombuffer(b"123456789", "S1")
_STRIDE = 40_009  # a prime that divides no register: neighbours in the fleet are strangers in the register

_words = _REGISTERS.split()
REGISTERS = {
    country: (int(first, 16), int(count, 16), pattern)
    for country, first, count, pattern in zip(*(_words[i::4] for i in range(4)), strict=True)
}


def register(country: NDArray[np.bytes_]) -> tuple[NDArray[np.uint32], NDArray[np.bytes_]]:
    """Give each of N aircraft an address of its own and a registration, by its country (one in REGISTERS).

    What an aircraft gets does not depend on those after it. Once a register is full, the rest of its aircraft
    get addresses that ICAO did not assign, and registrations repeat.
    """
    address = np.empty(len(country), np.uint32)
    registration = np.empty(len(country), "S12")
    full: list[NDArray[np.intp]] = []
    for name in np.unique(country).tolist():
        first, count, pattern = REGISTERS[name.decode()]
        rows = np.flatnonzero(country == name)
        entry = np.arange(1, len(rows) + 1) * _STRIDE
        address[rows] = first + entry % count
        registration[rows] = _spelled(pattern, entry)
        full.append(rows[count:])
    beyond = np.sort(np.concatenate(full))
    address[beyond] = NOT_ICAO | np.arange(1, len(beyond) + 1)
    return address, registration


def _spelled(pattern: str, entry: NDArray[np.int64]) -> NDArray[np.bytes_]:
    """Write the entries (n,) of a register in its pattern: all different, until there are no more."""
    signs = np.empty((len(entry), len(pattern)), "S1")
    capacity = 1
    for sign in pattern:
        capacity *= len(_LETTERS) if sign == "@" else len(_DIGITS) if sign == "#" else 1
    left = entry % capacity
    for i, sign in enumerate(pattern):
        if sign in "@#":
            alphabet = _LETTERS if sign == "@" else _DIGITS
            signs[:, i] = alphabet[left % len(alphabet)]
            left = left // len(alphabet)
        else:
            signs[:, i] = sign.encode()
    return signs.view(f"S{len(pattern)}")[:, 0]
