"""The benchmark of pages runs, in a town so small that no time of it means anything."""

from __future__ import annotations

import re

from benchmarks import pages

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
