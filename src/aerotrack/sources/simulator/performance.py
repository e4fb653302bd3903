"""How aircraft types fly: a small table of rounded public figures.

They are from manufacturers' data sheets and Eurocontrol's Aircraft Performance Database.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# designator, emitter category (DO-260B: A1 light, A2 small, A3 large, A4 high vortex, A5 heavy),
# flight levels cruised at, from and to; cruise TAS kt;
# climb at first and at cruise level, descent, ft/min;
# speeds over ground at take-off, at 10,000 ft and over the threshold, kt;
# stage length nm: shortest, typical, longest
_TABLE = """
A319 A3 330 390 447  2500  900 1900  140 285 130   120  550 2900
A320 A3 320 390 447  2400  800 1900  145 285 135   120  600 2800
A20N A3 330 390 450  2400  850 1900  143 285 134   120  650 3200
A321 A3 310 370 450  2200  700 1900  152 290 142   150  750 2700
A21N A3 320 370 451  2200  700 1900  151 290 141   150  900 3600
BCS3 A3 350 410 450  2600  900 1900  135 285 130   120  550 3000
B737 A3 350 410 450  2700 1000 1900  140 285 132   120  600 2900
B738 A3 330 390 451  2500  800 1900  150 285 142   120  650 2900
B38M A3 340 400 453  2500  800 1900  150 285 143   120  750 3300
B739 A3 320 380 451  2300  700 1900  154 290 146   150  850 2700
B39M A3 330 380 453  2300  750 1900  154 290 145   150  900 3200
B752 A4 320 390 458  2800  900 1900  145 290 135   300 1500 3400
B763 A5 310 380 461  2300  700 2000  158 300 142   500 2200 5000
B772 A5 320 400 482  2300  700 2000  165 305 140   900 3600 6800
B77L A5 310 390 483  2300  600 2000  168 305 142   900 3400 7500
B77W A5 310 390 483  2200  600 2000  170 305 149  1000 3600 7000
B788 A5 360 420 487  2300  800 2000  160 300 142   800 3200 6800
B789 A5 350 420 488  2300  800 2000  164 305 145   900 3600 7200
B78X A5 340 410 488  2200  700 2000  168 305 150   900 3300 6000
B744 A5 300 380 489  1900  500 2000  172 310 152  1000 3300 6500
B748 A5 310 390 491  1900  500 2000  172 310 154  1000 3400 6900
MD11 A5 300 370 480  2000  500 2000  172 310 160   500 2300 5500
A306 A5 290 350 458  2100  500 1900  155 295 137   300  900 2600
A332 A5 340 410 470  2100  700 1900  160 300 138   600 2800 6200
A333 A5 330 400 470  2000  600 1900  160 300 140   600 2500 5400
A339 A5 330 400 471  2100  650 1900  160 300 140   700 3300 6300
A359 A5 350 410 488  2200  700 2000  162 300 140   800 3600 7600
A35K A5 340 410 488  2200  650 2000  166 305 147   900 3900 7600
A388 A5 330 410 490  1800  500 2000  165 305 138  1200 3800 7200
E170 A3 310 380 440  2500  900 1900  135 280 126   100  450 1700
E75L A3 310 380 441  2500  900 1900  137 280 127   100  500 1800
E190 A3 320 390 447  2400  800 1900  140 282 128   100  550 2000
E195 A3 320 390 447  2300  750 1900  142 282 130   100  550 1900
E290 A3 330 400 450  2500  850 1900  140 282 129   100  600 2400
E145 A2 310 360 430  2300  800 1900  130 275 125   100  400 1200
CRJ2 A2 300 360 430  2200  700 1900  135 275 135   100  350 1100
CRJ7 A3 310 370 440  2300  800 1900  135 278 135   100  450 1300
CRJ9 A3 310 370 441  2200  700 1900  140 280 138   100  480 1300
SU95 A3 310 370 440  2300  800 1900  140 280 132   120  550 1500
AT76 A2 170 230 272  1300  500 1300  112 225 108    60  220  650
DH8D A2 200 250 350  1600  700 1500  120 255 118    70  270  800
SF34 A2 150 210 270  1300  500 1300  110 220 105    60  180  500
C56X A2 370 430 430  3300 1000 2200  110 270 108    80  450 1500
E55P A2 390 430 440  3400 1000 2200  110 270 107    80  500 1700
CL35 A3 390 450 459  3600 1100 2200  125 280 115   100  700 2800
C68A A2 390 450 445  3400 1100 2200  112 270 108    80  600 2300
GLF6 A3 410 470 488  3600 1100 2200  135 285 112   200 1600 6000
GLEX A3 410 470 488  3500 1100 2200  130 285 110   200 1500 5500
PC12 A1 200 280 262  1500  700 1400   82 195  84    50  260  900
B350 A2 240 310 300  2300  900 1600  105 220 102    60  280  900
BE20 A1 220 290 270  2100  900 1600  100 210 100    50  240  800
SR22 A1  50 110 168  1100  500  700   75 150  78    30  130  450
C172 A1  25  65 112   650  400  500   58 100  63    25   75  260
P28A A1  25  65 115   620  380  500   60 102  66    25   80  280
DA40 A1  35  85 130   800  450  550   62 118  68    25  110  350
C208 A1  70 110 172   900  500  700   75 150  78    30  120  450
"""

_NUMBERS = (
    "lowest_level", "highest_level", "cruise_kt", "climb_fpm", "top_climb_fpm", "descent_fpm", "lift_off_kt",
    "middle_kt", "threshold_kt", "shortest_nm", "typical_nm", "longest_nm",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Performance:
    """Figures of T types or aircraft, each array (T,).

    Levels are in hundreds of feet, `middle_kt` is the true airspeed at 10,000 ft.
    """

    code: NDArray[np.bytes_]
    category: NDArray[np.bytes_]
    lowest_level: NDArray[np.float64]
    highest_level: NDArray[np.float64]
    cruise_kt: NDArray[np.float64]
    climb_fpm: NDArray[np.float64]
    top_climb_fpm: NDArray[np.float64]
    descent_fpm: NDArray[np.float64]
    lift_off_kt: NDArray[np.float64]
    middle_kt: NDArray[np.float64]
    threshold_kt: NDArray[np.float64]
    shortest_nm: NDArray[np.float64]
    typical_nm: NDArray[np.float64]
    longest_nm: NDArray[np.float64]

    def index(self, code: str) -> int:
        """Find a type by its ICAO designator. Raises ValueError when it is not in the table."""
        codes: list[bytes] = self.code.tolist()
        return codes.index(code.encode())

    def of(self, types: NDArray[np.intp]) -> "Performance":
        """Return the figures of each of `types` (indices)."""
        return Performance(*(getattr(self, name)[types] for name in self.__slots__))

    @property
    def light(self) -> NDArray[np.bool_]:
        """Which of them fly circuits rather than instrument approaches."""
        return self.threshold_kt < 90.0  # noqa: PLR2004  the slow ones


def table() -> Performance:
    """Return the figures of all types."""
    rows = [line.split() for line in _TABLE.strip().splitlines()]
    figures = np.array([row[2:] for row in rows], np.float64).T
    return Performance(
        np.array([row[0] for row in rows], "S4"),
        np.array([row[1] for row in rows], "S2"),
        **dict(zip(_NUMBERS, figures, strict=True)),
    )
