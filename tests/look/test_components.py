"""The components: every macro renders, and what it renders is valid and safe."""

from dataclasses import dataclass
from itertools import pairwise
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    Form,
    RadioField,
    SelectMultipleField,
    StringField,
    widgets,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Optional

from tests.pages import fragment_problems, read_fragment, text_of

SVG = "{http://www.w3.org/2000/svg}"

CALLS = {
    "seal": '{{ seal("care") }}{{ category_label("care") }}{{ spoken_seal("hire") }}',
    "buttons": """{{ button("保存") }}{{ link_button("报名", "/", kind="go") }}
      {{ disabled_button("报名", "周六开放") }}{{ print_button("打印") }}
      {{ post_button("/x", "接受", "k", fields={"seat": 3}, about="剪纸") }}
      {{ confirm("退出", "名额会让出。", "/x", "确定退出", "k") }}
      {{ copy_field("地址", "https://venue.example/a.ics", "feed") }}""",
    "navigation": """{{ segment([{"label": "‹", "name": "上周", "url": "/"},
      {"label": "本周", "url": "/", "current": true}], "换一周") }}
      {{ chips([{"label": "全部", "count": 0, "url": "/", "current": true},
      {"label": "托管", "seal": "care", "url": "/", "current": false}], "筛选") }}
      {{ day_strip([{"weekday": "周一", "day": 2, "url": "/", "current": true}], "日期") }}
      <form id="look" action="/"></form>
      {{ segment_buttons([{"label": "9月", "value": "2026-09", "current": true}],
      "月份", "look", "/#year") }}
      {{ pager(2, 3, "/1", "/3") }}{{ steps(["选课", "填写"], 2) }}""",
    "card": """<ul class="cards"><li>{% call card("剪纸", "/", "course", sub="成人",
      facts=[("费用", "免费")]) %}余 3 席{% endcall %}</li></ul>""",
    "seats": """{{ seats_state(3, 20) }}{{ seats_left(0, 20) }}{{ state("已报名", "余 2 席") }}
      {{ seat_meter(9, 0) }}""",
    "facts": """{{ facts_list([("地址", "<b>")]) }}
      <div class="tiles">{{ stat_tile(3, "缺岗", "/", "warn") }}
      {{ stat_tile(28, "门课") }}</div>""",
    "messages": """{{ notice("已保存。", "ok") }}{{ refusal("已满。", "候补", "/") }}
      {{ refusal("已满。", "请打电话。") }}
      {{ empty_state("没有课程。", "看全部", "/", "+8613800000000") }}
      {{ badge("草稿") }}{{ moved("周一", "周二") }}{{ flashes() }}""",
    "table": """{% call table("名单", ["姓名", "年龄"]) %}
      <tr><th scope="row">林晓雨</th><td class="number">31</td></tr>{% endcall %}""",
    "month_grid": """{{ month_grid("12月", [[none, {"day": 1, "kind": "low", "name": "缺一人",
      "mark": "1", "url": "/"}, {"day": 2, "kind": "good", "name": "齐", "sign": "休",
      "today": true, "lines": ["08:30", "16:30"], "changed": true}]], "缺岗") }}""",
    "page_head": """{% call page_head("课程", "冬季") %}x{% endcall %}
      {{ print_header("梧桐里", "名单", "11月22日") }}""",
    "week": """{{ event_block("剪纸", "9:00–10:30", "course", "/", "余 2 席", "few") }}
      {{ event_block("剪纸", "9:00–10:30", "course", kind="cancelled") }}
      {{ event_block("剪纸", "9:00–10:30", "course", note="原 8:00", kind="moved") }}
      {{ taken_block("14:00–15:00") }}{{ free_block("全天可约", "/") }}{{ free_block("不开放") }}
      {{ occupancy_bar([{"start": 0, "end": 0.25, "category": "course"}], "上午") }}""",
    "icons": '{{ mark() }}{{ icon("today") }}',
}
"""One call of each macro, by the file it stands in."""


def rendered(bare_app: Flask, file: str, source: str, **context: object) -> Element:
    macros = ", ".join(
        name
        for name in bare_app.jinja_env.get_template(f"components/{file}.html").module.__dict__
        if not name.startswith("_") and name.islower()
    )
    page = bare_app.jinja_env.from_string(
        f'{{% from "components/{file}.html" import {macros} %}}<div>{source}</div>'
    )
    with bare_app.test_request_context("/"):
        html = page.render(**context)
    root, errors = read_fragment(html)
    assert errors == []
    assert fragment_problems(root) == []
    return root


class Registration(Form):
    full_name = StringField("姓名", [DataRequired("请填写姓名。")])
    mail = StringField("邮箱", [Optional()])
    whom = RadioField(
        "为谁",
        [DataRequired("请选一位。")],
        choices=[SelectChoice("me", "我"), SelectChoice("child", "孩子")],
    )
    ways = SelectMultipleField(
        "怎样通知",
        choices=[SelectChoice("inbox", "站内信")],
        widget=widgets.ListWidget(),
        option_widget=widgets.CheckboxInput(),
    )
    agreed = BooleanField("同意", [DataRequired("请先同意。")])


EVERY_FIELD = "{{ error_summary(form) }}" + "".join(
    f'{{{{ field(form, "{name}", "提示") }}}}'
    for name in ("full_name", "mail", "whom", "ways", "agreed")
)


@dataclass(frozen=True)
class Found:
    """What a rendered form shows of its errors."""

    focused: list[str | None]
    summary: list[str | None]
    invalid: list[str | None]


def found_in(root: Element) -> Found:
    return Found(
        focused=[e.get("id") for e in root.iter() if e.get("autofocus") is not None],
        summary=[link.get("href") for link in root.iter("a")],
        invalid=[e.get("name") for e in root.iter() if e.get("aria-invalid") == "true"],
    )


@pytest.mark.parametrize("file", CALLS)
def test_every_component_is_valid_html(bare_app: Flask, file: str) -> None:
    rendered(bare_app, file, CALLS[file])


def test_a_fresh_form_complains_of_nothing(bare_app: Flask) -> None:
    root = rendered(bare_app, "forms", EVERY_FIELD, form=Registration())
    assert found_in(root) == Found([], [], [])
    assert "选填" in text_of(root)


def test_the_first_bad_field_takes_the_focus_and_all_are_listed(bare_app: Flask) -> None:
    form = Registration(MultiDict({"full_name": "林晓雨"}))
    assert not form.validate()
    root = rendered(bare_app, "forms", EVERY_FIELD, form=form)
    assert found_in(root) == Found(["whom-0"], ["#whom", "#agreed"], ["agreed"])
    for error in ("whom-error", "agreed-error"):
        assert any(error in (e.get("aria-describedby") or "").split() for e in root.iter())


def test_seats_are_painted_as_few_at_three_and_below(bare_app: Flask) -> None:
    for left, few in ((4, False), (3, True), (0, True)):
        root = rendered(bare_app, "seats", f"{{{{ seats_left({left}, 20) }}}}")
        assert any("few" in (e.get("class") or "") for e in root.iter("span")) is few


def test_what_people_typed_stays_text(bare_app: Flask) -> None:
    root = rendered(bare_app, "card", CALLS["card"].replace('"剪纸"', "title"), title="<script>")
    assert list(root.iter("script")) == []


def test_the_parts_of_a_day_stand_where_they_fall(bare_app: Flask) -> None:
    parts = [
        {"start": 0.1, "end": 0.2, "category": "senior"},
        {"start": 0.5, "end": 1, "category": "hire"},
    ]
    root = rendered(bare_app, "week", '{{ occupancy_bar(parts, "一天") }}', parts=parts)
    edges = [
        float(rect.get(name, "")) for rect in root.iter(SVG + "rect") for name in ("x", "width")
    ]
    assert edges == [100, 100, 500, 500]
    assert all(one <= other for one, other in pairwise(edges[::2]))
