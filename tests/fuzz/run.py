"""Looks for bytes that make a decoder raise, hang, swell, or say what cannot be: atheris, led by coverage.

    python tests/fuzz/run.py                      a minute for each decoder
    python tests/fuzz/run.py --seconds 600 sbs    ten for one

`./aerotrack test --long` runs it. What it finds is printed as a literal, for the test of that decoder. Each
decoder has a process of its own, which may take 1 GiB, and 10 s for one input.
"""

import argparse
import importlib
import importlib.util
import random
import re
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

TESTS = Path(__file__).parents[1]
MOST_MIB, MOST_SECONDS, LONGEST = 1024, 10, 4096
LIVE = 1  # of the first byte of an input; its next three bits say in how many parts the others come
PARTS = (1, 1, 1, 1, 2, 2, 3, 12)
WORSE = 0.5  # of the inputs are spoiled by what is known of the formats, the others by what was covered


def main() -> int:
    """Fuzz what was asked for; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60, help="for each decoder (60)")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("decoders", nargs="*", metavar="DECODER", help="all, if none is named")
    asked = parser.parse_args()
    if importlib.util.find_spec("atheris") is None:
        print("Nothing was fuzzed: atheris is missing (it has packages for Linux on x86-64).")
        return 0
    sys.path.insert(0, str(TESTS))
    if asked.inside is not None:
        fuzz(asked.decoders[0], asked.seconds, asked.inside)
    from fuzz.decoders import DECODERS  # noqa: PLC0415  inside, atheris has to be there first

    if not set(asked.decoders) <= set(DECODERS):
        parser.error(f"no such decoder; there are {', '.join(DECODERS)}")
    failed = [name for name in asked.decoders or DECODERS if not stands(name, asked.seconds)]
    if failed:
        print(f"These did not stand: {', '.join(failed)}.")
    return 1 if failed else 0


def stands(name: str, seconds: int) -> bool:
    """Fuzz one decoder in a process of its own; say what came of it."""
    with tempfile.TemporaryDirectory(prefix="at-fuzz-") as room:
        (Path(room) / "corpus").mkdir()
        command = sys.executable, __file__, "--inside", room, "--seconds", str(seconds), name
        began = time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        took = time.monotonic() - began
        told = done.stdout + done.stderr
        runs = re.findall(r"stat::number_of_executed_units:\s*(\d+)", told) or ["?"]
        edges = re.findall(r"cov: (\d+)", told) or ["?"]
        print(f"{name:20}{runs[-1]:>9} inputs in {took:4.0f} s, {edges[-1]:>5} edges", flush=True)
        if done.returncode == 0:
            return True
        for found in sorted(Path(room).glob("found-*")):
            control, data = found.read_bytes()[:1], found.read_bytes()[1:]
            live = bool(control and control[0] & LIVE)
            number = len(parts(found.read_bytes()))
            print(f"  {found.name.partition('-')[2].partition('-')[0]}, live={live}, in {number} parts:")
            print(f"  {data!r}")
        if "=== Uncaught Python exception" in told:
            told = told.partition("=== Uncaught Python exception")[2]
        told = re.sub(r"(?m)^INFO: .*\n", "", told)
        print("\n".join(told.splitlines()[:40]), flush=True)
        return False


def parts(given: bytes) -> list[bytes]:
    """Return the parts in which an input comes."""
    control, data = given[:1], given[1:]
    number = PARTS[control[0] >> 1 & 7] if control else 1
    size = max(-(-len(data) // number), 1)
    return [data[begin : begin + size] for begin in range(0, max(len(data), 1), size)]


def fuzz(name: str, seconds: int, room: Path) -> None:
    """Fuzz one decoder until the time is up, or until it falls; never returns."""
    atheris = importlib.import_module("atheris")  # not everywhere
    from fuzz.soundness import sound  # noqa: PLC0415  the core with it: to watch that too takes time
    from fuzz.spoiling import spoiled  # noqa: PLC0415

    with atheris.instrument_imports(include=["aerotrack.decode"]):
        from fuzz.decoders import DECODERS, NOW  # noqa: PLC0415

    warnings.simplefilter("error")
    fuzzed = DECODERS[name]
    for place, (control, seed) in enumerate((c, s) for c in b"\x00\x01\x09\x0e" for s in fuzzed.seeds):
        (room / "corpus" / str(place)).write_bytes(bytes([control]) + seed)

    def one_input(data: bytes) -> None:
        if not data:
            return
        now = NOW if data[0] & LIVE else None
        for read in fuzzed.reading(parts(data), now):
            sound(read, now=NOW, rows_a_message=fuzzed.rows_a_message)

    def worse(data: bytes, most: int, seed: int) -> bytes:
        chance = random.Random(seed)
        if data and chance.random() < WORSE:
            return (data[:1] + spoiled(data[1:], fuzzed.seeds, chance))[:most]
        return bytes(atheris.Mutate(data, most))

    limits = f"-rss_limit_mb={MOST_MIB}", f"-timeout={MOST_SECONDS}", f"-max_len={LONGEST}"
    ends = f"-max_total_time={seconds}", f"-artifact_prefix={room}/found-", "-print_final_stats=1"
    options = [sys.argv[0], *limits, *ends, str(room / "corpus")]
    atheris.Setup(options, one_input, custom_mutator=worse)
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
