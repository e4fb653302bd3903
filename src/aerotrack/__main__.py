"""The command `aerotrack`, which is also `python -m aerotrack`."""

import gc
from importlib import import_module

from aerotrack.allocator import give_back


def main() -> None:
    """Load the command line, and run it.

    What is loaded stays for good: to look through it for garbage, again and again as it grows, makes a start
    longer, and later each full collection.
    """
    give_back()
    gc.disable()
    cli = import_module("aerotrack.cli")
    gc.freeze()
    gc.enable()
    cli.main()


if __name__ == "__main__":
    main()
