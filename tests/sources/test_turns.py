from aerotrack.sources.turns import Turns, turns_at


class Wall:
    """A clock that goes on only while somebody sleeps."""

    def __init__(self) -> None:
        self.time = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def turns(self) -> Turns:
        return Turns(self, self.sleep)


async def test_who_comes_second_waits_until_the_first_is_so_far_away() -> None:
    wall = Wall()
    turns = wall.turns()
    for _ in range(3):
        await turns.wait(5.0)
    assert wall.slept == [5.0, 10.0]


async def test_who_keeps_apart_never_waits() -> None:
    wall = Wall()
    turns = wall.turns()
    await turns.wait(5.0)
    wall.time += 5.0
    await turns.wait(5.0)
    assert wall.slept == []


async def test_a_server_that_wants_peace_has_it_from_all_and_a_shorter_one_does_not_cut_it_short() -> None:
    wall = Wall()
    turns = wall.turns()
    turns.rest(90.0)
    turns.rest(10.0)
    await turns.wait(5.0)
    assert wall.slept == [90.0]


async def test_what_the_others_keep_between_their_requests_is_not_ours_to_wait_for() -> None:
    wall = Wall()
    turns = wall.turns()
    await turns.wait(600.0)
    await turns.wait(5.0)
    assert wall.slept == [5.0]


async def test_those_who_wait_already_have_to_wait_for_peace_too() -> None:
    wall = Wall()

    async def sleep(seconds: float) -> None:
        if not wall.slept:
            turns.rest(90.0)  # the one before was told so
        await wall.sleep(seconds)
        wall.time += seconds

    turns = Turns(wall, sleep)
    await turns.wait(5.0)
    await turns.wait(5.0)
    assert wall.slept == [5.0, 85.0]


async def test_how_long_one_would_wait_who_came_now_grows_with_the_queue() -> None:
    wall = Wall()
    turns = wall.turns()
    assert turns.ahead(5.0) == 0.0
    for _ in range(13):
        await turns.wait(5.0)
    assert turns.ahead(5.0) == 65.0
    turns.rest(90.0)
    assert turns.ahead(5.0) == 90.0


def test_a_server_has_one_queue_however_it_is_written() -> None:
    assert turns_at("API.example.org") is turns_at("api.example.org")
    assert turns_at("api.example.org:8080") is not turns_at("api.example.org")
