import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from kb_builder.flow.graph import build_flow
from kb_builder.flow.layout import lay_out, lay_out_narrow
from kb_builder.flow.svg import write_headings, write_svg
from kb_builder.model.flow import Flow, Role

WORDS = {
    "role": "Role: ",
    "department": "Department: ",
    "handler": "Handler: ",
    "time_limit": "Time limit: ",
    "expected": "Expected: ",
    "sop": "Procedure: ",
    "separator": ", ",
}
SVG = "{http://www.w3.org/2000/svg}"


def step(name: str, role: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "role": role, "time_limit": "30 minutes", "expected": "工單含客戶編號", **more}


STEPS = [
    step("受理並建立工單", "desk", handler="一線客服", stage="一、受理"),
    step("屬於哪一類？", "lead", outcomes={"A 類": "s3", "B 類": "s4"}, stage="一、受理"),
    step("啟動緊急應變", "lead", sop="SOP-006", stage="二、處理", next="s5"),
    step("分派 <b>工程師</b> & co", "tech", type="wait", stage="二、處理"),
    step("出具報告", "tech", type="document", stage="三、結束"),
    step("通過？", "desk", outcomes={"是": "s7", "否": "s1"}, stage="三、結束"),
    step("歸檔", "desk", stage="三、結束"),
]
ROLES = {"desk": Role(name="客服", department="客服部"), "lead": Role(name="值班組長", department="技術部")}


@pytest.fixture(scope="module")
def flow() -> Flow:
    return build_flow(STEPS, roles=ROLES, start="開始", end="結束")


@pytest.fixture(scope="module", params=[lay_out, lay_out_narrow])
def svg(request: pytest.FixtureRequest, flow: Flow) -> str:
    return write_svg(request.param(flow, WORDS), prefix="sop-004", title="Title & <t>", description="Lanes")


def test_it_is_named_and_described(svg: str) -> None:
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "sop-004-t sop-004-d"
    assert root.findtext(f"{SVG}title") == "Title & <t>"
    assert root.findtext(f"{SVG}desc") == "Lanes"


def test_nothing_in_it_acts_or_styles(svg: str) -> None:
    root = ElementTree.fromstring(svg)
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in {"svg", "title", "desc", "g", "path", "rect", "text", "tspan"}
        assert not {"style", "href"} & set(element.keys())
        assert not [name for name in element.attrib if name.startswith("on")]
        for name in element.get("class", "").split():
            assert name.startswith("kb-flow-")
        if element.get("id"):
            assert element.get("id", "").startswith("sop-004-")


def test_every_step_says_who_how_long_and_what_for(svg: str) -> None:
    root = ElementTree.fromstring(svg)
    texts = {g.get("data-step"): "".join(g.itertext()) for g in root.findall(f"{SVG}g[@data-step]")}
    assert len(texts) == len(STEPS) + 2
    for text in (texts[f"s{i + 1}"] for i in range(len(STEPS))):
        assert "Time limit: 30 minutes" in text
        assert "Expected: 工單含客戶編號" in text
    assert "Handler: 一線客服" in texts["s1"]
    assert "Department: 客服部" in texts["s1"]
    # Lines end at spaces.
    assert "分派<b>工程師</b>&co" in texts["s4"].replace(" ", "")
    assert "Procedure: SOP-006" in texts["s3"]


def test_text_is_at_least_12_pixels(svg: str) -> None:
    assert min(float(size) for size in re.findall(r'font-size="([0-9.]+)"', svg)) >= 12


def test_lanes_departments_and_stages_are_headed(flow: Flow) -> None:
    chart = lay_out(flow, WORDS)
    assert [frame.name for frame in chart.lanes] == ["客服", "值班組長", "tech"]
    assert [frame.name for frame in chart.departments] == ["客服部", "技術部"]
    assert [frame.name for frame in chart.stages] == ["一、受理", "二、處理", "三、結束"]
    # A role without department is headed over the whole height.
    assert [frame.y == 0 for frame in chart.lanes] == [False, False, True]


def test_time_runs_down_and_to_the_right(flow: Flow) -> None:
    boxes = lay_out(flow, WORDS).boxes
    for before, box in pairwise(boxes):
        below = box.y >= before.y + before.height
        beside = box.port_y == before.port_y and box.x >= before.x + before.width
        assert below or beside


def test_the_narrow_form_fits_a_phone(flow: Flow) -> None:
    chart = lay_out_narrow(flow, WORDS)
    assert chart.width <= 358
    assert not chart.lanes
    assert "Role: 客服" in write_svg(chart, prefix="n", title="t").replace('<tspan class="kb-flow-lead">', "").replace(
        "</tspan>", ""
    )


def test_ways_between_the_same_steps_are_one_line_with_both_labels() -> None:
    flow = build_flow(
        [step("a?", "x", outcomes={"one": "s3", "two": "s3", "three": "s2"}), step("b", "x"), step("c", "x")]
    )
    labels = {(line.source, line.target): line.label for line in lay_out(flow, WORDS).lines}
    assert labels["s1", "s3"] == "one / two"


def test_marked_steps_have_a_class(flow: Flow) -> None:
    svg = write_svg(lay_out(flow, WORDS), prefix="m", title="t", marks={"s2": "changed"})
    group = ElementTree.fromstring(svg).find(f"{SVG}g[@data-step='s2']")
    assert group is not None
    assert "kb-flow-is-changed" in group.get("class", "")


def test_headings_alone(flow: Flow) -> None:
    chart = lay_out(flow, WORDS)
    root = ElementTree.fromstring(write_headings(chart))
    assert root.get("aria-hidden") == "true"
    assert float(root.get("height", 0)) == chart.head
    assert {"客服", "值班組長", "tech", "客服部", "技術部"} <= {
        "".join(text.itertext()) for text in root.iter(f"{SVG}text")
    }
    assert write_headings(lay_out_narrow(flow, WORDS)) == ""


def test_css_enters_only_where_asked_for(flow: Flow) -> None:
    chart = lay_out(flow, WORDS)
    assert "<style>a > b &amp; c" in write_svg(chart, prefix="f", title="t", style="a > b & c").replace("&gt;", ">")


def test_no_steps_give_an_empty_picture() -> None:
    for layout in (lay_out, lay_out_narrow):
        assert ElementTree.fromstring(write_svg(layout(build_flow([]), WORDS), prefix="e", title="t")) is not None


def test_unreachable_steps_and_dead_ends_are_drawn_all_the_same() -> None:
    flow = build_flow([step("a", "x", next="s3"), step("b", "y", next=""), step("c", "x", next="s1")])
    for layout in (lay_out, lay_out_narrow):
        assert len(layout(flow, WORDS).boxes) == 4


def test_the_same_flow_gives_the_same_bytes_whatever_the_hash_seed() -> None:
    program = (
        "import sys; sys.path[:0] = sys.argv[1:3]\n"
        "from flows import WORDS, make_flow\n"
        "from kb_builder.flow.layout import lay_out, lay_out_narrow\n"
        "from kb_builder.flow.svg import write_svg\n"
        "for layout in (lay_out, lay_out_narrow):\n"
        "    print(*(write_svg(layout(make_flow(s), WORDS), prefix='p', title='t') for s in range(5)))\n"
    )
    root = Path(__file__).parents[2]
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program, str(root), str(root / "tests/property")],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "77")
    }
    assert len(outputs) == 1


def test_a_chart_of_twelve_steps_is_small() -> None:
    steps = [
        step(
            f"受理並建立工單第 {i} 號",
            f"role-{i % 4}",
            handler="技術支援工程師",
            time_limit={"A": "8 hours", "B": "20 hours"},
        )
        for i in range(12)
    ]
    steps[3]["outcomes"] = {"通過": "s5", "不通過": "s2"}
    steps[7]["outcomes"] = {"通過": "s9", "不通過": "s2", "退回": "end"}
    flow = build_flow(steps, roles={f"role-{i}": Role(name=f"角色 {i}", department="技術支援部") for i in range(4)})
    assert len(write_svg(lay_out(flow, WORDS), prefix="p", title="t").encode()) <= 20_000
