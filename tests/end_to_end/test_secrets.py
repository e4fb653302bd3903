"""Secrets of a running program: in no process list, no log, no answer."""

import re
from pathlib import Path

import httpx
import psutil

from end_to_end.program import READY, Program

SECRETS = ("hush-in-the-environment", "hush-in-a-file", "hush-in-a-url")
PATHS = ("/metrics", "/readyz", "/api/v1/stats", "/api/v1/feeds", "/api/v1/openapi.json", "/api/v1/nothing")


def test_a_secret_is_in_no_process_list_no_log_and_no_answer(tmp_path: Path) -> None:
    file = tmp_path / "client_secret"
    file.write_text(SECRETS[1])
    environment = {
        "AEROTRACK_ADSBX_KEY": SECRETS[0],
        "AEROTRACK_OPENSKY_CLIENT_ID": "somebody",
        "AEROTRACK_OPENSKY_CLIENT_SECRET_FILE": str(file),
        # Nobody answers on this port, so there is something to complain of.
        "AEROTRACK_SOURCES": f"adsbx+http://user:{SECRETS[2]}@127.0.0.1:1/v2?auth=api-auth sim:?flights=5",
    }
    with Program("serve", "--port", "0", data_dir=tmp_path / "data", environment=environment) as program:
        url = program.read_until(READY)[1].rstrip("/")
        ours = [psutil.Process(program.process.pid)]
        ours += ours[0].children(recursive=True)
        listed = " ".join(word for process in ours for word in process.cmdline())
        answered = "".join(httpx.get(url + path, trust_env=False).text for path in PATHS)
    assert "postgres" in listed
    assert "Cannot read" in program.errors()
    for place in (listed, answered, program.errors(), program.stdout):
        assert re.findall("|".join(SECRETS), place) == []
