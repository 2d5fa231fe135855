"""In CI a skip is a failure: what a test needs must be there (`conftest.py`)."""

import pytest
from conftest import APART, unskipped


def reported(reason: str, *, expected: bool = False) -> str:
    report = pytest.TestReport("x", ("x", 1, "x"), {}, "skipped", ("x", 1, f"Skipped: {reason}"), "call")
    if expected:
        report.wasxfail = "known"
    return str(unskipped(report).outcome)


def test_a_skip_fails_in_ci_and_only_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    assert reported("no browser") == "failed"
    assert reported(APART) == reported("known failure", expected=True) == "skipped"
    monkeypatch.delenv("CI")
    assert reported("no browser") == "skipped"
