"""Every module in a folder of drop-ins meets its protocol."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import click
import pytest
import yaml
from jsonschema import Draft202012Validator

import kb_builder
from kb_builder import cli, pages, renderers, reporters
from kb_builder.cli.run import _NOT_COMMANDS

PACKAGE = Path(kb_builder.__file__).parent
TYPES = sorted(path.parent.name for path in (PACKAGE / "content_types").glob("*/type.yml"))


def names(package: object) -> list[str]:
    return [info.name for info in iter_modules(package.__path__)]


@pytest.mark.parametrize("name", names(reporters))
def test_a_reporter_renders_a_report_to_text(name):
    render = import_module(f"kb_builder.reporters.{name}").render
    assert list(inspect.signature(render).parameters) == ["report"]


def test_a_renderer_configures_and_renders():
    modules = [import_module(f"kb_builder.renderers.{name}") for name in names(renderers)]
    # The others help it.
    (module,) = [each for each in modules if hasattr(each, "configure")]
    assert module.__name__.endswith("mkdocs")
    assert list(inspect.signature(module.configure).parameters) == ["tree", "folder"]
    assert list(inspect.signature(module.render).parameters) == ["folder", "out", "as_of", "sources"]


def test_page_modules_make_pages_or_files():
    names = {module.__name__.rpartition(".")[2] for module in pages.modules()}
    assert {"document_page", "home", "type_index"} < names
    assert not names & {"view", "words", "navigation", "flowchart"}, "these only help"
    for module in pages.modules():
        for name in ("pages", "files"):
            if hasattr(module, name):
                assert list(inspect.signature(getattr(module, name)).parameters) == ["view"]


def test_every_template_is_used():
    code = "".join(file.read_text(encoding="utf-8") for file in (PACKAGE / "pages").iterdir() if file.is_file())
    for template in (PACKAGE / "pages").glob("*.j2"):
        assert f'"{template.name}"' in code, template.name


@pytest.mark.parametrize("name", [name for name in names(cli) if name not in _NOT_COMMANDS])
def test_a_command_module_has_a_documented_command(name):
    command = import_module(f"kb_builder.cli.{name}").command
    assert isinstance(command, click.Command)
    assert command.name == name
    assert command.help


@pytest.mark.parametrize("name", TYPES)
def test_a_content_type_is_whole(name):
    folder = PACKAGE / "content_types" / name
    pages = {f"{page}{language}.md" for page in ("template", "example") for language in ("", ".zh-Hans", ".en")}
    assert {file.name for file in folder.iterdir()} == {"type.yml", "schema.json", *pages}
    schema = json.loads((folder / "schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    for field, value in schema["properties"].items():
        assert value.get("description"), field


def test_nothing_is_done_at_import_time():
    """`kb` starts without the libraries that only some commands need."""
    code = (
        "import sys; import kb_builder.cli.run; "
        "names = ('yaml', 'jsonschema', 'jsonschema_rs', 'mkdocs', 'markdown', 'jinja2', 'babel', 'rich'); "
        "print([name for name in names if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_version_is_told_without_loading_anything():
    code = "import sys; sys.argv = ['kb', '--version']\nfrom kb_builder.cli import main\ntry:\n    main()\nexcept SystemExit as e:\n    print(e.code, 'click' in sys.modules)"  # noqa: E501
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [f"kb {kb_builder.__version__}", "0 False"]


def test_the_pre_commit_hook_calls_a_command_that_exists():
    hooks = yaml.safe_load((PACKAGE.parent / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    for hook in hooks:
        program, command = hook["entry"].split()
        assert program == "kb"
        assert command in names(cli)
        known = {option for each in import_module(f"kb_builder.cli.{command}").command.params for option in each.opts}
        assert {word for word in hook.get("args", ()) if word.startswith("-")} <= known
