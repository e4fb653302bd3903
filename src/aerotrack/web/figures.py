"""Figures: every metric that is ours, and where it is found among what the parts report. Pure."""

from collections.abc import Mapping
from typing import Any, NamedTuple

COUNTER, GAUGE, HISTOGRAM, WELL = "counter", "gauge", "histogram", "well"


class Figure(NamedTuple):
    """A metric: what kind it is, its name without `aerotrack_`, where it is found, and what it says.

    Of a counter `name` leaves out the `_total`. `path` are keys with dots between. With `label` a mapping is
    found there, by that label. WELL is a gauge: 1 where no error is found, otherwise 0.
    """

    kind: str
    name: str
    path: str
    said: str
    label: str = ""

    def found_in(self, figures: Mapping[str, Any]) -> Any:
        """Return what `figures` say of it; an empty mapping where they say nothing."""
        found: Any = figures
        for key in self.path.split("."):
            if key not in found:
                return {}
            found = found[key]
        return found

    def read(self, value: Any) -> float:
        """Return what was found as a number."""
        return float(value is None if self.kind == WELL else value)


FIGURES = (
    Figure(GAUGE, "uptime_seconds", "uptime_seconds", "Time since the start."),
    Figure(WELL, "ready", "ready", "Whether a part does its work, as /readyz says.", "part"),
    # The table and its ticks.
    Figure(GAUGE, "flights", "flights", "Live flights."),
    Figure(GAUGE, "table_rows", "rows", "Rows of the flight table, live or not."),
    Figure(COUNTER, "ticks", "ticks.ticks", "Ticks that were closed."),
    Figure(COUNTER, "ticks_early", "ticks.early", "Ticks closed before their time, because much had come."),
    Figure(COUNTER, "ticks_late", "ticks.late", "Ticks begun a tenth of a tick too late or more."),
    Figure(COUNTER, "ticks_skipped", "ticks.skipped", "Ticks left out, as the one before was still busy."),
    Figure(HISTOGRAM, "tick_seconds", "ticks.seconds", "How long it takes to close a tick and hand it on."),
    Figure(COUNTER, "flights_updated", "ticks.updated", "Flights that changed, in each tick."),
    Figure(COUNTER, "flights_gone", "ticks.gone", "Flights that left the live picture."),
    Figure(COUNTER, "flights_ended", "ticks.ended", "Flights whose leg is over."),
    Figure(COUNTER, "positions", "ticks.positions", "Accepted positions, of all feeds."),
    # The stream.
    Figure(GAUGE, "clients", "clients", "Clients of the stream."),
    Figure(
        GAUGE,
        "clients_paused",
        "broadcast.paused",
        "Clients told nothing until they take what they were sent.",
    ),
    Figure(
        COUNTER, "clients_refused", "stream.refused", "Clients of the stream that were not let in.", "reason"
    ),
    Figure(
        COUNTER,
        "client_errors",
        "stream.errors",
        "What clients of the stream did wrong, by what they were told.",
        "code",
    ),
    Figure(
        COUNTER, "door_refused", "door", "Requests and handshakes that the door did not let in.", "reason"
    ),
    Figure(COUNTER, "connections_cut", "cut", "Connections ended by the server.", "reason"),
    Figure(COUNTER, "broadcast_messages", "broadcast.messages", "Messages written for live clients."),
    Figure(COUNTER, "broadcast_bytes", "broadcast.bytes", "Bytes written for live clients."),
    Figure(
        COUNTER,
        "broadcast_rounds",
        "broadcast.rounds",
        "Rounds of telling live clients, all or those who asked.",
    ),
    Figure(
        COUNTER, "broadcast_rounds_cut_short", "broadcast.cut_short", "Rounds that a newer tick cut short."
    ),
    Figure(
        COUNTER,
        "broadcast_put_off",
        "broadcast.put_off",
        "Fresh pictures put off, because much waits for others.",
    ),
    Figure(
        COUNTER,
        "broadcast_events_left_out",
        "broadcast.events_left_out",
        "Events not told to live clients: their tick had too many.",
    ),
    Figure(
        HISTOGRAM,
        "broadcast_seconds",
        "broadcast.seconds",
        "From the tick to the moment a message is written for a client.",
    ),
    Figure(
        HISTOGRAM,
        "feed_to_client_seconds",
        "broadcast.feed_to_client_seconds",
        "From when a position was true to when it is written for a client.",
    ),
    Figure(GAUGE, "replays", "stream.replays", "Replays of the past that are watched."),
    Figure(COUNTER, "replay_bytes", "stream.replay_bytes", "Bytes written for clients in the past."),
    Figure(COUNTER, "http_answers", "answers", "Answers to HTTP requests.", "status"),
    # The outputs: flights told in other formats.
    Figure(GAUGE, "output_clients", "outputs.clients", "Who reads an output.", "output"),
    Figure(
        COUNTER,
        "output_clients_turned_away",
        "outputs.turned_away",
        "Clients of an output for whom there was no room.",
        "output",
    ),
    Figure(
        COUNTER,
        "output_clients_cut",
        "outputs.cut",
        "Clients of an output cut off, since they took nothing.",
        "output",
    ),
    Figure(
        COUNTER,
        "output_ticks_missed",
        "outputs.left_out",
        "Ticks that a slow client of an output was not told.",
        "output",
    ),
    Figure(
        COUNTER,
        "output_ticks_unwritten",
        "outputs.unwritten",
        "Ticks not written, since a newer one came first.",
        "output",
    ),
    # What is stored.
    Figure(WELL, "database_up", "database.error", "Whether the last try to store something succeeded."),
    Figure(
        GAUGE, "recorder_queued_positions", "database.queued", "Positions that are not in the database yet."
    ),
    Figure(
        GAUGE, "recorder_spooled_positions", "database.spooled", "Those of them that are safe in the spool."
    ),
    Figure(GAUGE, "recorder_lag_seconds", "database.lag_seconds", "How long the oldest of them has waited."),
    Figure(COUNTER, "recorder_stored_positions", "database.stored", "Positions that were stored."),
    Figure(
        COUNTER,
        "recorder_already_stored_positions",
        "database.already_stored",
        "Positions that an earlier run had stored.",
    ),
    Figure(COUNTER, "recorder_flights_written", "database.flights", "Flights written, each time."),
    Figure(COUNTER, "recorder_dropped_positions", "database.dropped", "Positions lost: there was no room."),
    Figure(COUNTER, "recorder_failed_positions", "database.failed", "Positions that the database refused."),
    Figure(WELL, "spool_up", "database.spool_error", "Whether the spool can be written."),
    Figure(GAUGE, "spool_bytes", "database.spool_bytes", "What the spool takes on disk."),
    Figure(GAUGE, "spool_limit_bytes", "spool_limit_bytes", "What it may take: --spool-size."),
    Figure(COUNTER, "spool_damaged", "database.spool_damaged", "Stretches of the spool not readable."),
    Figure(COUNTER, "spool_lost_positions", "database.spool_lost", "Positions known to have been in them."),
    Figure(WELL, "archive_up", "archive.error", "Whether the last compaction and retention succeeded."),
    Figure(COUNTER, "archive_positions", "archive.archived", "Positions moved to the archive."),
    Figure(COUNTER, "archive_dropped_partitions", "archive.dropped", "Partitions dropped by retention."),
    # The program.
    Figure(
        HISTOGRAM, "event_loop_lag_seconds", "loop_lag_seconds", "How late the event loop does what is due."
    ),
)

OF_FEEDS = (  # each is a member of FeedReport
    Figure(GAUGE, "feed_up", "connected", "Whether a feed is connected."),
    Figure(COUNTER, "feed_messages", "messages", "Messages that a feed sent."),
    Figure(
        COUNTER, "feed_messages_by_kind", "kinds", "The same by kind, where the format has several.", "kind"
    ),
    Figure(GAUGE, "feed_messages_per_second", "rate_per_s", "Messages a second, over the last ticks."),
    Figure(COUNTER, "feed_positions", "accepted", "Positions of a feed that were accepted."),
    Figure(COUNTER, "feed_refused", "refused", "What was not believed or read.", "reason"),
    Figure(
        GAUGE, "feed_lag_seconds", "lag_seconds", "How far a feed's newest observation is behind the clock."
    ),
    Figure(GAUGE, "feed_overlap_ratio", "overlap", "Share of its positions others had told."),
    Figure(GAUGE, "feed_contribution_ratio", "contribution", "Its share of all positions."),
    Figure(GAUGE, "feed_max_range_nm", "max_range_nm", "How far its antenna hears, NM."),
)
