"""The checks that every page goes through find what they are for."""

import pytest

from tests.pages import fragment_problems, page_problems, read_fragment, read_page

GOOD = """<!doctype html>
<html lang="zh-Hans"><head><title>课程</title></head><body>
<a href="#main">跳到正文</a>
<main id="main"><h1>课程</h1>
<form action="/search"><label>找 <input name="q"></label></form>
<form action="/enrollments" method="post">
<input type="hidden" name="csrf_token" value="c">
<input type="hidden" name="submission_key" value="k">
<label for="who">谁</label><select id="who" name="who"><option value="1">林小满</option></select>
<button>报名</button></form>
</main></body></html>"""

FAULTS = {
    "a language is missing": (' lang="zh-Hans"', "", "no lang"),
    "a title is empty": ("<title>课程</title>", "<title> </title>", "no <title>"),
    "a heading is missing": ("<h1>课程</h1>", "", "0 <h1>"),
    "a second heading": ("<h1>课程</h1>", "<h1>课程</h1><h1>二</h1>", "2 <h1>"),
    "main is missing": ('<main id="main">', '<div id="main">', "<main>"),
    "an id twice": ("<h1>", '<h1 id="who">', "'who' stands 2 times"),
    "an id with a space": ("<h1>", '<h1 id="a b">', "has a space"),
    "a link to nothing": ("#main", "#elsewhere", "points to nothing"),
    "a label of nothing": ('for="who"', 'for="whom"', "points to nothing"),
    "a field without a label": ("<label>找 ", "<label>找</label> ", "name='q'> has no label"),
    "a form without an address": (' action="/enrollments"', "", "no action"),
    "a form without a token": ('name="csrf_token"', 'name="token"', "no csrf_token"),
    "a form with an empty key": ('value="k"', 'value=""', "no submission_key"),
    "a token in an address": ('name="q"', 'name="csrf_token"', "shows its csrf_token"),
    "a style attribute": ("<h1>", '<h1 style="color:red">', "forbidden"),
    "an event attribute": ("<button>", '<button onclick="go()">', "forbidden"),
    "an inline script": ("<button>", "<script>go()</script><button>", "inline <script>"),
}


def test_a_good_page_has_no_problem() -> None:
    root, errors = read_page(GOOD)
    assert errors == []
    assert page_problems(root) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_of_a_page_is_found(fault: str) -> None:
    good, bad, expected = FAULTS[fault]
    assert good in GOOD
    root, _ = read_page(GOOD.replace(good, bad, 1))
    assert any(expected in problem for problem in page_problems(root)), page_problems(root)


@pytest.mark.parametrize(
    "bad",
    [
        "<p><div>段落里的块</div></p>",
        "<span>不配对</b></span>",
        "<p>没有结束的 <b>粗体",
        '<p id="a" id="b">两个</p>',
        "<table><tr><div>表里的块</div></tr></table>",
        "<p>a &unknown; b</p>",
    ],
)
def test_html_that_is_not_valid_is_found(bad: str) -> None:
    assert read_page(GOOD.replace("<h1>", f"{bad}<h1>"))[1]
    assert read_fragment(f"<div>{bad}</div>")[1]


@pytest.mark.parametrize(
    "piece", ["<tr id='r'><td>一行</td></tr>", "<li>一项</li>", "<td>一格</td>", "文字"]
)
def test_a_fragment_is_read_where_it_belongs(piece: str) -> None:
    root, errors = read_fragment(piece)
    assert errors == []
    assert fragment_problems(root) == []
    assert "".join(root.itertext())
