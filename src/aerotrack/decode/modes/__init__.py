"""Mode S and ADS-B: frames of a transponder, as receivers hear them, decoded in columns.

    bytes --framing--> Frames --syndromes--> believed frames --one file per field--> Observations

Bits are numbered from 1, the most significant first; "ME n" counts inside the 56 bits of an extended
squitter's message, which are bits 33 to 88, bytes 4 to 10. Facts from ICAO Annex 10 Vol. IV, Doc 9871 and
*The 1090 MHz Riddle*.
"""
