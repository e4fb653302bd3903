import numpy as np

from aerotrack.decode.modes.bits import Layout, bits, looked_up, message

FRAME = np.frombuffer(bytes.fromhex("8dffffff8000000000000cffffff"), np.uint8).reshape(1, 14)


def test_a_message_is_the_56_bits_after_the_address_and_nothing_beside_them() -> None:
    assert message(FRAME).tolist() == [0x8000000000000C]


def test_bits_are_counted_from_one_with_both_ends() -> None:
    number = message(FRAME)
    assert [bits(number, *ends).tolist() for ends in [(1, 1), (1, 5), (2, 52), (53, 56), (54, 55)]] == [
        [1], [16], [0], [12], [2],
    ]  # fmt: skip


def test_a_table_is_looked_up_by_bits() -> None:
    assert looked_up(np.array([5.0, 6.0, 7.0, 8.0]), message(FRAME), 53, 54).tolist() == [8.0]


def test_no_frames_have_no_messages() -> None:
    assert message(np.empty((0, 14), np.uint8)).shape == (0,)


def test_a_layout_reads_each_field_in_a_table_of_its_own() -> None:
    layout = Layout((np.arange(100, 116), 53, 56), (np.array([7, 8]), 1, 1), (np.arange(4), 53, 54))

    assert layout.read(message(FRAME)).tolist() == [[112], [8], [3]]
    assert layout.read(message(FRAME[:0])).shape == (3, 0)
