from aerotrack.core.questions import EventsAsked, FlightsAsked


def test_who_asks_for_nothing_in_particular_asks_for_the_newest_hundred() -> None:
    assert (FlightsAsked().limit, FlightsAsked().after, FlightsAsked().area) == (100, None, None)
    assert (EventsAsked().limit, EventsAsked().after, EventsAsked().kinds) == (100, None, ())
