"""The world's airports: where they are, from airportsdata, how busy they are and which way they face."""

import csv
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from aerotrack.sources.simulator.chance import uniform
from aerotrack.sources.simulator.sphere import place

# ICAO code, passengers in millions a year (rounded public figures; freight hubs by their movements),
# number of the runway mostly in use.
_BUSY = """
KATL 105 27 KDFW 82 18 KDEN 78 35 KORD 74 27 KLAX 75 25 KJFK 62 22 KLAS 58 26 KMCO 58 18 KMIA 53 9 KCLT 54 18
KSEA 51 16 KPHX 49 25 KEWR 49 22 KSFO 50 28 KIAH 46 26 KBOS 41 22 KFLL 35 10 KMSP 35 30 KLGA 33 22 KDTW 32 21
KPHL 28 27 KSLC 27 34 KBWI 26 28 KDCA 26 1 KSAN 25 27 KIAD 25 19 KTPA 24 19 KBNA 23 20 KAUS 22 18 KMDW 22 31
PHNL 21 8 KDAL 18 13 KPDX 17 28 KSTL 15 30 KRDU 14 23 KHOU 14 13 KSMF 13 16 KMSY 13 11 KSJC 12 30 KSNA 12 20
KMCI 12 19 KOAK 11 30 KSAT 11 13 KRSW 10 6 KCLE 10 24 KIND 10 23 KPIT 10 28 KCVG 9 18 KCMH 9 28 KDJT 8 10
KJAX 7 8 KBUR 6 8 KBDL 6 24 KMKE 6 19 KABQ 5 8 KONT 6 26 KOMA 5 14 KMEM 15 18 KSDF 13 17 KCHS 6 15
KBUF 5 23 KOKC 4 17 KRIC 5 16 PANC 12 7 KGEG 4 21 KBOI 5 10 KTUS 4 11 KELP 4 22 KTUL 3 18
PHOG 7 2 KORF 5 23 KGRR 4 26 KSAV 4 10 KMYR 4 18 KPVD 4 23 KDSM 3 31 KLIT 2 22 KBHM 3 24 KTYS 3 23
KRNO 5 17 KALB 3 19 KSYR 3 28 KROC 3 22 KGSP 3 22 KAVL 2 17 KFAT 2 29 KXNA 2 16 KICT 2 19 KMSN 2 18
PAFA 1 2 KBIL 1 28 KFAR 1 18 KFSD 1 15 TJSJ 12 8 CYYZ 45 23 CYVR 25 8 CYUL 21 24 CYYC 18 35 CYEG 8 20
CYOW 5 25 CYWG 4 36 CYHZ 4 23 CYTZ 2 26 CYYJ 2 27 CYQB 2 24 CYXE 1 27 CYQR 1 31 CYYT 2 29 CYLW 2 16
MMMX 48 5 MMUN 33 12 MMGL 18 28 MMMY 14 11 MMTJ 13 27 MMSD 8 34 MMPR 7 4 MMMD 4 10 MMSM 6 4 MPTO 18 3
MROC 6 7 MSLP 5 7 MGGT 3 20 MDPC 9 8 MDSD 5 17 MUHA 4 6 MKJS 5 7 MYNN 4 14 TNCM 2 10 TBPB 2 9
SBGR 41 10 SBSP 22 17 SBBR 15 11 SBKP 12 15 SBCF 11 16 SBGL 9 10 SBRJ 11 2 SBRF 9 18 SBPA 7 11 SBSV 7 10
SBFZ 6 13 SBCT 6 15 SBFL 4 14 SBBE 4 6 SBMO 2 12 SBEG 3 11 SBCY 3 17 SAEZ 12 11 SABE 15 13 SACO 3 18
SCEL 24 17 SKBO 41 14 SKRG 11 1 SKCL 7 2 SKCG 7 1 SPJC 24 16 SPZO 4 28 SEQM 5 18 SEGU 4 21 SLVR 3 34
SGAS 1 20 SUMU 2 25 SVMI 4 10
EGLL 80 27 EGKK 41 26 EGCC 28 23 EGSS 28 22 EGGW 16 25 EGPH 15 24 EGBB 12 33 EGPF 8 23 EGGD 10 27 EGLC 4 27
EGAA 6 25 EGNT 5 25 EGNX 5 27 EGNM 4 32 EGGP 5 27 EIDW 33 28 EICK 3 16 LFPG 68 26 LFPO 32 25 LFMN 14 4
LFLL 10 35 LFML 10 31 LFBO 8 32 LFBD 6 23 LFSB 8 15 LFRS 6 3 LFOB 6 12 LFRN 1 28 EHAM 63 18 EHEH 6 21
EHRD 2 24 EBBR 23 25 EBCI 10 24 EBLG 3 22 ELLX 5 24 EDDF 61 25 EDDM 39 26 EDDB 25 25 EDDL 19 23 EDDH 14 23
EDDK 10 14 EDDS 9 25 EDDP 5 26 EDDV 5 27 EDDN 4 28 EDDW 2 27 EDDG 1 25 LSZH 31 14 LSGG 18 22 LOWW 31 29
LOWS 2 15 LOWI 1 26 LIRF 46 16 LIMC 28 35 LIME 17 28 LIML 10 35 LIPZ 11 4 LICC 12 8 LIRN 13 24 LIPE 11 12
LICJ 9 25 LIRP 6 4 LIEE 5 32 LIBD 7 7 LIMF 5 36 LIPX 4 4 LEMD 63 32 LEBL 53 24 LEPA 33 24 LEMG 24 13
LEAL 18 10 GCLP 15 3 GCTS 13 7 LEIB 9 6 LEVC 10 30 LEZL 9 27 GCRR 8 3 GCFV 6 1 GCXO 6 30 LEBB 7 30
LEST 4 17 LEMH 4 19 LPPT 34 2 LPPR 15 17 LPFR 9 28 LPMA 5 5 LPPD 2 30 EKCH 30 22 EKBI 4 27 EKAH 1 10
ENGM 26 1 ENBR 7 17 ENVA 5 9 ENZV 4 18 ENTC 3 1 ENBO 2 7 ESSA 23 26 ESGG 7 21 ESMS 2 17 ESPA 1 14
ESNU 1 14 EFHK 17 22 EFOU 1 12 EFRO 1 21 BIKF 8 1 EPWA 19 29 EPKK 9 25 EPGD 6 29 EPKT 6 27 EPWR 4 29
EPPO 3 28 LKPR 15 24 LHBP 16 31 LROP 16 8 LRCL 3 25 LBSF 8 27 LBWN 2 9 LYBE 8 30 LDZA 4 4 LDSP 4 5
LDDU 3 11 LJLJ 2 30 LWSK 3 34 LATI 7 17 BKPR 4 17 LQSA 2 11 LGAV 32 3 LGTS 7 10 LGIR 9 27 LGRP 6 24
LGKR 4 34 LGSR 3 33 LGKO 3 32 LCLK 9 22 LCPH 4 29 LMML 9 31 EVRA 7 18 EYVI 5 19 EETN 3 8 LUKK 4 8
LTFM 80 35 LTFJ 41 6 LTAI 39 18 LTBJ 12 34 LTAC 13 3 LTBS 5 1 LTFE 5 10 LTCG 4 29 LTAF 5 5 UUEE 37 24
UUDD 16 14 UUWW 16 19 ULLI 21 10 USSS 8 26 URSS 13 2 UNNT 9 25 UWKD 5 29 UWUU 4 14 UMMS 4 31 UBBB 6 34
UGTB 4 31 UDYZ 5 9 UAAA 11 23 UACC 8 22 UZTT 8 8 UHWW 3 25 UHHH 2 23 UIII 3 30 UNKL 3 29 LLBG 21 26
OMDB 92 30 OMDW 3 30 OMAA 29 31 OMSJ 17 30 OTHH 53 34 OERK 38 33 OEJN 49 34 OEDF 13 34 OEMA 9 35 OBBI 9 30
OKKK 15 33 OOMS 13 26 OJAI 9 26 OLBA 7 16 ORBI 5 33 OIIE 9 29 OIII 16 29 OIMM 7 31 HECA 29 5 HEGN 9 34
HESH 7 4 HELX 1 2 GMMN 11 35 GMMX 9 10 GMFF 2 27 GMAD 3 9 DAAG 9 23 DTTA 7 19 DTMB 3 15 HLLM 2 15
HAAB 13 7 HKJK 9 6 HTDA 3 5 HTKJ 1 9 HUEN 2 17 HRYR 1 28 HSSK 1 18 DNMM 7 18 DNAA 6 4 DGAA 3 21
DIAP 2 21 GOBD 3 1 FAOR 19 3 FACT 11 19 FALE 5 6 FVHA 1 5 FLKK 1 14 FNLU 3 23 FMMI 1 11 FIMP 4 14
ZBAA 67 36 ZBAD 49 36 ZSPD 76 34 ZSSS 47 36 ZGGG 76 2 ZGSZ 61 15 ZUTF 54 2 ZUUU 32 2 ZUCK 48 2 ZPPP 47 4
ZSHC 48 25 ZLXY 47 23 ZHHH 31 4 ZSNJ 31 6 ZSAM 28 5 ZGHA 31 18 ZHCC 28 30 ZSQD 26 17 ZJHK 27 9 ZBTJ 20 16
ZWWW 27 25 ZYTX 24 6 ZYHB 23 23 ZYTL 20 28 ZJSY 21 8 ZSJN 19 1 ZUGY 22 1 ZLLL 17 18 ZGNN 15 5 ZSFZ 15 3
ZSOF 12 15 ZBYN 15 31 ZSWZ 12 3 ZSNB 14 31 ZYCC 15 6 ZBSJ 11 15 ZBHH 13 8 ZGSD 12 34 ZGKL 9 1 ZSWX 9 3
ZSCN 11 3 ZLIC 10 21 ZLXN 8 29 ZULS 6 9 ZWSH 3 26 ZPLJ 8 2 ZGOW 8 4 ZSYT 7 22 VHHH 53 7 VMMC 8 34
RCTP 45 5 RCSS 5 10 RCKH 7 9 RJTT 85 34 RJAA 40 34 RJBB 31 24 RJOO 15 32 RJCC 24 19 RJFF 26 16 ROAH 21 18
RJGG 11 36 RJBE 4 9 RJFK 5 34 RJSS 4 27 ROIG 2 4 RJFT 3 7 RJOA 3 28 RJFU 3 32 RJFM 3 27 RJOM 3 14
RKSI 71 33 RKSS 23 32 RKPC 29 7 RKPK 16 36 RKTN 4 31 RKTU 4 24 RKJJ 2 4 ZMCK 2 11 RPLL 50 6 RPVM 12 4
RPMD 4 5 RPLC 3 2 RPVK 1 5 WSSS 68 2 WMKK 57 32 WMKP 8 4 WBKK 8 20 WBGG 5 25 WMKJ 4 16 WIII 55 25
WADD 23 27 WARR 15 10 WAAA 10 21 WIMM 8 23 WIDD 4 22 WALL 5 25 WAHI 4 29 WIPP 3 29 WIBB 3 36 VTBS 62 19
VTBD 30 21 VTSP 18 27 VTCC 9 18 VTSM 3 17 VTSS 3 26 VVTS 40 25 VVNB 30 11 VVDN 13 35 VVCR 10 2 VVPQ 4 10
VDTI 5 5 VYYY 4 21 VLVT 2 13 VIDP 78 29 VABB 55 27 VOBL 41 9 VOHS 29 9 VOMM 22 7 VECC 22 19
VAAH 13 23 VOCI 11 27 VOGO 7 26 VAPO 10 28 VOTV 5 32 VILK 6 27 VEGT 6 20 VIJP 6 27 VEBS 5 14
VEPT 4 25 VISR 5 31 VOCB 3 23 VANP 3 32 VOVZ 3 28 VAID 4 25 VEBN 4 27 VEBD 3 18 VGHS 12 14 VCBI 9 4
VNKT 9 2 VRMM 4 18 OPKC 7 25 OPLA 6 36 OPIS 6 28 YSSY 44 34 YMML 36 34 YBBN 23 19 YPPH 17 21 YPAD 8 23
YBCG 6 14 YBCS 5 15 YSCB 3 35 YMHB 3 12 YPDN 2 11 YBTL 2 1 YMLT 1 32 NZAA 19 23 NZCH 6 2 NZWN 6 16
KTEB 1 19 KVNY 1 16 KSDL 1 3 KASE 1 15 KHPN 2 16 KAPA 1 17 KAFW 1 16 LFPB 1 25
NZQN 2 23 NZDN 1 21 NFFN 2 2 NTAA 2 4 PGUM 3 6 AYPY 1 32
"""

# Smaller airports, where airlines also go and private aeroplanes live: how many dozens of them by country.
_SMALL = {
    "US": 44, "CA": 6, "GB": 6, "DE": 7, "FR": 6, "AU": 5, "BR": 5, "IT": 2, "ES": 2, "CH": 1, "SE": 2,
    "NO": 2, "ZA": 2, "MX": 2, "NZ": 1, "AR": 1, "FI": 1, "JP": 1, "IN": 1, "CO": 1, "ID": 1, "CN": 1,
    "PH": 1, "PL": 1, "KE": 1, "TR": 1, "CL": 1, "GR": 1, "IE": 1, "NL": 1, "AT": 1, "DK": 1,
}  # fmt: skip
_DOZEN = 12
_SMALL_TRAFFIC = 0.2  # millions a year


@dataclass(frozen=True, slots=True, eq=False)
class Airports:
    """N airports, the first `busy` of them busy: each array (N,), `place` (N, 3) unit vectors.

    `traffic` is in millions of passengers a year, 0 where no airline goes. `elevation_ft` is above mean sea
    level, `runway_deg` the direction in which everyone takes off and lands.
    """

    code: NDArray[np.bytes_]
    country: NDArray[np.bytes_]
    place: NDArray[np.float64]
    elevation_ft: NDArray[np.float64]
    traffic: NDArray[np.float64]
    runway_deg: NDArray[np.float64]
    busy: int

    def __len__(self) -> int:
        return len(self.code)

    def index(self, code: str) -> int:
        """Find an airport by its ICAO code. Raises KeyError when it is not among these."""
        found = np.flatnonzero(self.code == code.encode())
        if not len(found):
            raise KeyError(code)
        return int(found[0])


def busy() -> dict[str, tuple[float, int]]:
    """Return traffic and runway number of the busy airports, by ICAO code."""
    words = _BUSY.split()
    return {
        code: (float(traffic), int(runway))
        for code, traffic, runway in zip(words[::3], words[1::3], words[2::3], strict=True)
    }


def world() -> Airports:
    """Read the airports of the simulated world: every busy one and a fixed sample of small ones.

    The file is read directly, as airportsdata's own `load` makes a dictionary of each of its 28,000 rows,
    which takes twice the time and the memory.
    """
    figures = busy()
    known: dict[str, tuple[str, float, float, float, float]] = {}
    small: dict[str, list[str]] = {country: [] for country in _SMALL}
    with files("airportsdata").joinpath("airports.csv").open(encoding="utf-8") as file:
        for icao, iata, _, _, _, country, elevation, lat, lon, *_ in csv.reader(file):
            if icao in figures:
                known[icao] = country, float(elevation), float(lat), float(lon), figures[icao][0]
            elif country in small and len(icao) == 4 and icao.isalpha():  # noqa: PLR2004  an ICAO code
                known[icao] = (
                    country,
                    float(elevation),
                    float(lat),
                    float(lon),
                    _SMALL_TRAFFIC if iata else 0.0,
                )
                small[country].append(icao)
    codes = [code for code in figures if code in known]
    many = len(codes)
    for country, dozens in _SMALL.items():
        here = small[country]
        order = np.argsort(uniform(0, f"small {country}", np.arange(len(here))))
        codes += [here[i] for i in order[: dozens * _DOZEN]]
    countries, *figured = zip(*(known[code] for code in codes), strict=True)
    elevation, lat, lon, traffic = np.array(figured, np.float64)
    runway = 10.0 * np.array([figures[code][1] for code in codes[:many]])
    return Airports(
        code=np.array(codes, "S4"),
        country=np.array(countries, "S2"),
        place=place(lat, lon),
        elevation_ft=elevation,
        traffic=traffic,
        runway_deg=np.r_[runway, 10.0 * np.floor(36 * uniform(0, "runway", np.arange(many, len(codes))))],
        busy=many,
    )
