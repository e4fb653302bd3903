"""An audit that did not happen is not taken for a good one."""

from typing import Any

import audit


def package(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "version": "1.0", "vulns": [], **more}


SKIPPED = {"name": "orjson", "skip_reason": "Dependency not found on PyPI and could not be audited"}
NPM = {"vulnerabilities": {}, "metadata": {"dependencies": {"total": 3}}}


def test_packages_that_were_all_looked_at_and_have_nothing_are_fine() -> None:
    ours = {"name": "aerotrack", "skip_reason": "distribution marked as editable"}
    assert audit.of_python({"dependencies": [ours, package("orjson"), package("numpy")]}, 2) == []
    assert audit.of_page(NPM, 3) == []


def test_a_known_vulnerability_is_named() -> None:
    found = package("orjson", vulns=[{"id": "PYSEC-2026-1"}])
    assert audit.of_python({"dependencies": [found]}, 1) == ["orjson 1.0: PYSEC-2026-1"]
    assert audit.of_page(NPM | {"vulnerabilities": {"vite": {"severity": "high"}}}, 3) == ["vite: high"]


def test_what_was_not_looked_at_is_not_audited() -> None:
    reports: list[dict[str, Any]] = [{}, {"dependencies": []}, {"dependencies": [SKIPPED]}]
    for report in reports:
        assert audit.of_python(report, 1) == ["not audited: 1 of 1 packages"]
    assert audit.of_page(NPM, 5) == ["not audited: 2 of 5 packages"]
    assert audit.of_page({}, 3) == ["not audited: npm audit says nothing"]
    assert audit.of_page({"message": "405 Method Not Allowed"}, 3) == ["not audited: 405 Method Not Allowed"]
