import gzip
import re
from importlib import resources

from kb_builder.search.client_script import MODULES, client_script


def test_the_script_is_small() -> None:
    assert len(gzip.compress(client_script().encode(), 9)) < 12_000


def test_the_script_holds_every_module_and_asks_for_none() -> None:
    folder = resources.files("kb_builder.search").joinpath("client")
    assert {f"{name}.js" for name in MODULES} == {file.name for file in folder.iterdir()}
    script = client_script()
    assert not re.search(r"^\s*(import|export)\b", script, re.MULTILINE)
    assert "Function(" not in script and "eval(" not in script


def test_modules_come_after_those_they_import_from() -> None:
    folder = resources.files("kb_builder.search").joinpath("client")
    for number, name in enumerate(MODULES):
        imported = re.findall(r'from "\./(\w+)\.js"', folder.joinpath(f"{name}.js").read_text(encoding="utf-8"))
        assert set(imported) <= set(MODULES[:number]), name


def test_no_two_modules_define_the_same_name() -> None:
    folder = resources.files("kb_builder.search").joinpath("client")
    names = [
        defined
        for name in MODULES
        for defined in re.findall(
            r"^(?:export )?(?:async )?(?:function\*?|class|const|let) (\w+)",
            folder.joinpath(f"{name}.js").read_text(encoding="utf-8"),
            re.MULTILINE,
        )
    ]
    assert len(names) == len(set(names)) > 30
