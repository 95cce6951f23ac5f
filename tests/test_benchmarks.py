"""The benchmarks run, and print what they promise; how fast a machine is, no test says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TINY = {
    "--courses": 1,
    "--courses-at-once": 2,
    "--courses-before": 1,
    "--seats": 3,
    "--rounds": 1,
    "--seconds": 0.1,
    "--minutes": 2,
}


@pytest.mark.race
def test_a_rush_prints_a_line_for_each_case_and_sells_every_seat_once(
    request: pytest.FixtureRequest, database: str
) -> None:
    environ = dict(os.environ)
    if database == "postgresql":
        # This one runs already; whether it waits for a disk does not matter here.
        server = request.getfixturevalue("postgres_template").server
        environ["VENUE_TEST_POSTGRES"] = server.render_as_string(hide_password=False)
    options = [str(word) for option in TINY.items() for word in option]
    done = subprocess.run(
        [sys.executable, "benchmarks/rush.py", "--database", database, *options],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    figures = (
        r"enrollments_per_s=\d+ floor_per_s=\d+ ratio=\d+\.\d\d"
        r" refusals_per_s=\d+ hello_per_s=\d+ refusal_ratio=\d+\.\d\d oversold=0 unsold=0"
    )
    first, second = done.stdout.splitlines()
    assert re.fullmatch(f"rush db={database} case=a {figures}", first)
    assert re.fullmatch(f"rush db={database} case=b {figures}", second)
