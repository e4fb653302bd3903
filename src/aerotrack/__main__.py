"""`python -m aerotrack` is the command `aerotrack`."""

from aerotrack.cli import main

main()
