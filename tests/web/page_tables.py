"""Tables of the documentation, read by tests."""


def table(page: str, head: str) -> list[list[str]]:
    """Return the cells of the rows of a table whose first line begins with `head`."""
    _, found, rest = page.partition(f"\n{head}")
    assert found, f"there is no table {head}"
    rows = rest[: rest.index("\n\n")].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
