from aerotrack.decode.modes.squawks import ID13, replied_squawk
from decode.modes.frame_rows import row


def test_a_reply_tells_its_squawk() -> None:
    assert replied_squawk(row("2A00516D492B80")).tolist() == [356]


def test_every_code_is_four_octal_digits_and_each_is_sent_with_either_middle_bit() -> None:
    every = sorted(int(f"{number:o}") for number in range(4096))
    middle = 1 << 6
    assert sorted(ID13[i] for i in range(8192) if not i & middle) == every
    assert all(ID13[i] == ID13[i | middle] for i in range(8192))


def test_the_weights_of_the_digits() -> None:
    assert [ID13[1 << (13 - place)] for place in (6, 12, 5, 13)] == [4000, 400, 40, 4]
