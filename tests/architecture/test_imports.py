"""Imports point one way: domain <- usecases <- {adapters, http} <- what puts the portal together and runs it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import sleutelkast

PACKAGE = Path(sleutelkast.__file__).parent
ROOT = "sleutelkast"

MAY_IMPORT = {
    "domain": set[str](),
    "usecases": {"domain"},
    "settings": {"domain"},
    "adapters": {"domain", "usecases"},
    "http": {"domain", "usecases", "settings"},
    "fleet": set[str](),
    "logs": set[str](),
    "jobs": set[str](),
    "factory": {"adapters", "domain", "http", "jobs", "logs", "settings", "usecases"},
    "setup": {"adapters", "factory", "settings", "usecases"},
    "doctor": {"adapters", "domain", "factory", "settings", "usecases"},
    "escrow_profile": {"adapters", "factory", "settings"},
    "imported": {"usecases"},
    "serving": {"factory", "logs", "settings"},
    "demo": {"domain", "factory", "fleet", "serving", "settings", "setup", "usecases"},
    "cli": {
        *("adapters", "demo", "doctor", "domain", "escrow_profile", "factory", "fleet", "imported"),
        *("logs", "serving", "settings", "setup", "usecases"),
    },
}
"""Each layer, or module on top of them, and what of the portal it may import beside itself."""

THIRD_PARTY = {
    "domain": set[str](),
    "usecases": set[str](),
    "settings": set[str](),
    "fleet": {"cryptography"},
    "http": {
        *("babel", "flask", "flask_babel", "flask_login", "itsdangerous", "limits", "prometheus_client"),
        *("pydantic", "spectree", "structlog", "ua_parser", "werkzeug", "whitenoise"),
    },
}
"""What else these may import beside the standard library; adapters are where the rest of the world is touched."""

LAYERS = [path.parent for path in PACKAGE.glob("*/**/__init__.py") if "migrations" not in path.parts]


def test_every_part_has_its_place() -> None:
    parts = {path.stem for path in PACKAGE.glob("*.py")} | {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert parts - {"__init__"} == set(MAY_IMPORT)


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_imports_point_one_way(part: str) -> None:
    strays = {
        f"{module} imports {imported}"
        for module in modules(part)
        for imported in own_imports(module)
        if part_of(imported) not in {part, None, *MAY_IMPORT[part]}
    }
    assert not strays


@pytest.mark.parametrize("part", THIRD_PARTY)
def test_what_a_part_may_use_of_others(part: str) -> None:
    """The domain and the use cases know the standard library only; `asyncio` to `sqlite3` are not among it for them."""
    used = {name.partition(".")[0] for module in modules(part) for name in imports(module)}
    assert used - sys.stdlib_module_names - {ROOT} == THIRD_PARTY[part]


@pytest.mark.parametrize("part", ["domain", "usecases"])
def test_rules_touch_nothing_of_the_world(part: str) -> None:
    """No files, network, processes, clocks or chance: all of these come in as arguments."""
    used = {name.partition(".")[0] for module in modules(part) for name in imports(module)}
    assert not used & {
        *("asyncio", "http", "io", "logging", "multiprocessing", "os", "pathlib", "random", "secrets", "shutil"),
        *("socket", "sqlite3", "subprocess", "tempfile", "threading", "time", "urllib", "uuid"),
    }
    assert not {module for module in modules(part) if asks_the_time(module)}


def test_the_law_would_be_broken_by_a_stray_import() -> None:
    """The reader of imports sees every form of them."""
    source = "import sleutelkast.http.app\nfrom sleutelkast import http\nfrom sleutelkast.fleet import mac as m\n"
    nested = "def late() -> None:\n    from sleutelkast.adapters.store import engine\n"
    assert {part_of(name) for name in imports_in(source + nested)} == {"http", "fleet", "adapters"}


def test_there_is_no_cycle() -> None:
    graph = {module: {one for one in own_imports(module) if one != module} for module in modules()}
    assert len(graph) > 60
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"a cycle of imports: {' -> '.join(error.args[1])}")


@pytest.mark.parametrize("folder", LAYERS, ids=[str(folder.relative_to(PACKAGE)) for folder in LAYERS])
def test_every_layer_states_its_law(folder: Path) -> None:
    title, *law = (folder / "README.md").read_text(encoding="utf-8").splitlines()
    assert title.startswith("# ")
    assert 1 <= len([line for line in law if line.strip()]) <= 15


def test_every_module_says_what_lives_there() -> None:
    unsaid = [module for module in modules() if not ast.get_docstring(tree(module)) and source(module).strip()]
    assert unsaid == []


def modules(part: str | None = None) -> list[str]:
    """The names of all modules of a part, or of the whole package. Migrations are Alembic's, not a layer's."""
    paths = [path.relative_to(PACKAGE.parent).with_suffix("") for path in sorted(PACKAGE.rglob("*.py"))]
    names = [".".join(path.parts).removesuffix(".__init__") for path in paths if "migrations" not in path.parts]
    return [name for name in names if part is None or part_of(name) == part]


def part_of(module: str) -> str | None:
    return module.split(".")[1] if module.startswith(f"{ROOT}.") else None


def own_imports(module: str) -> set[str]:
    """The modules of the package that a module imports."""
    known = set(modules())
    return {found for name in imports(module) if (found := _known(name, known)) is not None and found != ROOT}


def _known(name: str, known: set[str]) -> str | None:
    """`sleutelkast.domain.deposit.State` is of the module `sleutelkast.domain.deposit`."""
    while name and name not in known:
        name = name.rpartition(".")[0]
    return name or None


def imports(module: str) -> set[str]:
    return set(imports_in(source(module)))


def imports_in(text: str) -> Iterator[str]:
    """Every name that is imported, wherever the import stands; no module imports relatively."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            yield from (f"{node.module}.{one.name}" for one in node.names)


def asks_the_time(module: str) -> bool:
    calls = (node.func for node in ast.walk(tree(module)) if isinstance(node, ast.Call))
    return any(
        isinstance(one, ast.Attribute) and one.attr in {"now", "utcnow", "today"} and _is_a_class(one) for one in calls
    )


def _is_a_class(method: ast.Attribute) -> bool:
    """`datetime.now()`, as opposed to the port `clock.now()`."""
    return isinstance(method.value, ast.Name) and method.value.id in {"datetime", "date"}


def source(module: str) -> str:
    stem = PACKAGE.parent.joinpath(*module.split("."))
    path = stem / "__init__.py" if stem.is_dir() else stem.with_suffix(".py")
    return path.read_text(encoding="utf-8")


def tree(module: str) -> ast.Module:
    return ast.parse(source(module))
