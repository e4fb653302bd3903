"""The page in a frame: on the sites that are named when the server starts, and on no other."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Frame

from end_to_end.page import Visit, until
from end_to_end.program import Program

Visitor = Callable[..., Visit]


class Host(ThreadingHTTPServer):
    """A site of its own, whose one page frames an address."""

    framed = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answer(BaseHTTPRequestHandler):
    server: Host

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(f'<iframe src="{self.server.framed}" width="600" height="380"></iframe>'.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def host() -> Iterator[Host]:
    with Host(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.1,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def framed(visit: Visit, site: Host, address: str) -> Frame:
    site.framed = address
    visit.page.goto(site.url)
    return visit.page.frames[1]


def test_a_site_that_is_named_shows_the_moving_sky_and_another_shows_nothing(
    visitor: Visitor, tmp_path: Path
) -> None:
    with host() as named, host() as other:
        options = ["--allow-embed", "https://club.example", "--allow-embed", named.url]
        with Program.serving("sim:?flights=50&seed=5", data_dir=tmp_path, options=options) as program:
            welcome, refused = visitor(), visitor()
            frame = framed(welcome, named, f"{program.url}/?embed")
            shown = "() => window.aerotrack?.ready === true && window.aerotrack.flightCount() > 0"
            until(lambda: frame.evaluate(shown), shown, 20, welcome.page)  # the stream has come, too
            assert frame.get_by_role("link", name="AeroTrack").is_visible()
            assert welcome.wrong == []

            frame = framed(refused, other, f"{program.url}/?embed")
            until(lambda: refused.wrong, "the browser says that it refuses", 20, refused.page)
            assert "frame-ancestors https://club.example" in refused.wrong[0]
            assert frame.url.startswith("chrome-error:")
