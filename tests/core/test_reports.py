from aerotrack.core.reports import FeedReport


def test_a_feed_that_has_not_begun_is_not_connected_and_has_no_lag() -> None:
    report = FeedReport("roof", "beast://roof:30005")
    assert not report.connected
    assert report.lag_seconds is None
