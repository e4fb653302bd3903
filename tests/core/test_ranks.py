import dataclasses

from aerotrack.core.columns import POSITION_SOURCES
from aerotrack.core.observations import Observations
from aerotrack.core.ranks import ORDER, claims_of, highest, lowest, rank, span_of, told_by


def said(*sources: str | None, priority: bool = False) -> Observations:
    codes = [-1 if source is None else POSITION_SOURCES.index(source) for source in sources]
    count = len(codes)
    seen = Observations.of([1] * count, [0.0] * count, position_source=codes)
    return dataclasses.replace(seen, priority=priority)


def test_every_source_of_a_position_has_its_rank() -> None:
    assert sorted(ORDER[1:]) == sorted(POSITION_SOURCES)
    assert ORDER[0] is None


def test_what_is_measured_ranks_below_what_the_aircraft_says_itself() -> None:
    claims = claims_of(said(None, "mlat", "mode_s", "tisb", "adsr", "adsb"), 0).tolist()
    assert claims == sorted(claims)
    assert len({*claims}) == 6


def test_a_claim_says_who_by_what_and_whether_with_priority() -> None:
    (claim,) = claims_of(said("mlat"), 7).tolist()
    assert told_by(claim) == (7, "mlat", False)
    (claim,) = claims_of(said(None, priority=True), 7).tolist()
    assert told_by(claim) == (7, None, True)


def test_a_feed_with_priority_ranks_above_all_others() -> None:
    assert rank(claims_of(said(None, priority=True), 0)[0]) > rank(claims_of(said("adsb"), 0)[0])


def test_two_feeds_of_one_rank_do_not_outrank_each_other() -> None:
    one, other = claims_of(said("adsb"), 0), claims_of(said("adsb"), 9)
    assert (other <= highest(one)).all()
    assert (claims_of(said("mlat"), 9) < highest(one)).all()


def test_the_least_claim_of_a_rank_is_above_all_of_lower_ones() -> None:
    (claim,) = claims_of(said("adsb"), 9).tolist()
    assert claims_of(said("adsr"), 9)[0] < lowest(claim) <= claims_of(said("adsb"), 0)[0]


def test_a_batch_spans_from_its_lowest_to_its_highest_claim() -> None:
    low, high = claims_of(said("mlat", "adsb"), 3).tolist()
    assert span_of(said("adsb", "mlat", "adsb"), 3) == (low, high)
    assert span_of(said("mlat", "mlat"), 3) == (low, low)
    assert span_of(Observations.of([1], [0.0]), 3) == span_of(said(None), 3)
