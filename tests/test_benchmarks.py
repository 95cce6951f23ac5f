"""The benchmarks run, and print what they promise; how fast a machine is, no test says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import draw, pages

ROOT = Path(__file__).parents[1]
TINY = {
    "--courses": 1,
    "--courses-at-once": 2,
    "--courses-before": 1,
    "--seats": 3,
    "--people": 40,
    "--courses-of-term": 4,
    "--seats-of-term": 1,
    "--rounds": 1,
    "--seconds": 0.1,
    "--minutes": 8,
}


def printed(request: pytest.FixtureRequest, database: str, name: str, *options: str) -> list[str]:
    """Run a benchmark on one kind of database and return its lines."""
    environ = dict(os.environ)
    if database == "postgresql":
        # This one runs already; whether it waits for a disk does not matter here.
        server = request.getfixturevalue("postgres_template").server
        environ["VENUE_TEST_POSTGRES"] = server.render_as_string(hide_password=False)
    done = subprocess.run(
        [sys.executable, f"benchmarks/{name}.py", "--database", database, *options],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.race
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_summer_that_families_rush_for_is_booked_by_whole_weeks(
    request: pytest.FixtureRequest, database: str
) -> None:
    (line,) = printed(request, database, "care", "--families", "60", "--rounds", "1")
    assert re.fullmatch(
        r"care db=postgresql families=60 days=15 places=40 booked=[1-9]\d* refused=[1-9]\d*"
        r" overbooked=0 partial=0 deadlocks=0 bookings_per_s=\d+ p99_ms=\d+ ratio=\d+\.\d\d",
        line,
    )


@pytest.mark.race
def test_a_rush_prints_a_line_for_each_case_and_sells_every_seat_once(
    request: pytest.FixtureRequest, database: str
) -> None:
    options = [str(word) for option in TINY.items() for word in option]
    lines = printed(request, database, "rush", *options)
    figures = (
        r"enrollments_per_s=\d+ floor_per_s=\d+ ratio=\d+\.\d\d"
        r" refusals_per_s=\d+ hello_per_s=\d+ refusal_ratio=\d+\.\d\d oversold=0 unsold=0"
    )
    first, second, *third = lines
    assert re.fullmatch(f"rush db={database} case=a {figures}", first)
    assert re.fullmatch(f"rush db={database} case=b {figures}", second)
    if database == "postgresql":
        (third,) = third
        assert re.fullmatch(
            r"rush db=postgresql case=c people=40 requests=\d+ sold=4 oversold=0 unsold=0 errors=0"
            r" refusals_per_s=\d+ hello_per_s=\d+ refusal_ratio=\d+\.\d\d sold_out_s=\d+\.\d"
            r" p99_ms=\d+ winner_ms=\d+/\d+/\d+ refused_ms=\d+/\d+/\d+",
            third,
        )
    else:
        assert third == []


LINE = re.compile(
    r"page=(?P<page>[a-z-]+) ratio=\d+\.\d\d growth=\d+\.\d\d growth_100=\d+\.\d\d"
    r" cpu_ratio=\d+\.\d\d requests_per_s=\d+ template_per_s=\d+ queries=(?P<queries>\d+(/\d+)?)"
)


def test_it_prints_one_line_for_each_page_which_asks_as_often_in_a_larger_town(capsys):
    small = "--centers 1 2 3 --weeks 2 --warm-up 1 --rounds 1 --requests 1"

    pages.main(small.split())

    lines = [LINE.fullmatch(line) for line in capsys.readouterr().out.splitlines()]
    assert all(lines)
    assert [line["page"] for line in lines] == [page.name for page in pages.PAGES]
    # Where nothing is free, neighbors are asked, if there are any.
    more = [line["page"] for line in lines if "/" in line["queries"]]
    assert more == ["search-nothing-free"]


def test_a_draw_is_measured_beside_a_plain_sort(capsys):
    draw.main(["--applications", "300", "--courses", "7", "--places", "40", "--rounds", "1"])

    first, second = capsys.readouterr().out.splitlines()
    assert re.fullmatch(
        r"draw applications=300 courses=7 places=40 seconds=\d+\.\d\d sort_s=\d+\.\d\d"
        r" ratio=\d+\.\d\d of_which=\d+\.\d\d peak_mib=\d+",
        first,
    )
    assert re.fullmatch(
        r"file applications=300 write_s=\d+\.\d\d verify_s=\d+\.\d\d mib=\d+\.\d peak_mib=\d+",
        second,
    )


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_search_is_measured_beside_a_bare_query_and_finds_whom_it_looks_for(request, database):
    lines = printed(request, database, "desk", "--people", "300", "--searches", "3")

    figures = [
        re.fullmatch(
            r"desk db=sqlite way=(?P<way>\w+) people=300 found=(?P<found>\d+\.\d)"
            r" median_ms=\d+\.\d\d p99_ms=\d+\.\d\d bare_median_ms=\d+\.\d\d bare_p99_ms=\d+\.\d\d"
            r" ratio=\d+\.\d\d p99_ratio=\d+\.\d\d",
            line,
        )
        for line in lines
    ]
    assert all(figures)
    found = {one["way"]: float(one["found"]) for one in figures}
    assert found.pop("nobody") == found.pop("all") == 0
    assert min(found.values()) >= 1
