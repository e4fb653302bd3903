"""The one tree of errors. Each message is a sentence that carries the offending value and says what to do.

AeroTrackError
├── SettingsError     an argument or setting cannot be used                      exit 2
├── StartError        the program cannot start here: port, directory, database   exit 2
├── FeedError         a feed cannot be reached or breaks off; it is tried again
├── RecordingError    a recording cannot be read or understood                   exit 2
├── DatabaseError     PostgreSQL refuses something
└── StreamError       a server refuses to stream, or says what the client cannot understand
"""


class AeroTrackError(Exception):
    """What AeroTrack raises on purpose; `exit_code` is what a command that ends with it returns."""

    exit_code = 1


class SettingsError(AeroTrackError):
    """An argument, setting or source URL cannot be used."""

    exit_code = 2


class StartError(AeroTrackError):
    """The program cannot start in this place: a port is taken, a directory is owned by another process."""

    exit_code = 2


class FeedError(AeroTrackError):
    """A feed cannot be reached, or broke off. The pipeline tries it again with backoff.

    `pause` is for how many seconds the feed is left alone instead, where it knows; infinite if only its user
    can mend it.
    """

    def __init__(self, sentence: str, *, pause: float | None = None) -> None:
        super().__init__(sentence)
        self.pause = pause


class RecordingError(AeroTrackError):
    """A recording does not exist, cannot be read, or is in no known format."""

    exit_code = 2


class DatabaseError(AeroTrackError):
    """PostgreSQL cannot be reached or refuses a request."""


class StreamError(AeroTrackError):
    """A server refuses what a client of its stream asks, or says what that cannot understand.

    `code` is that of the server's `error`; empty if it sent none.
    """

    def __init__(self, sentence: str, code: str = "") -> None:
        super().__init__(sentence)
        self.code = code
