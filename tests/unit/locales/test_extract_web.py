"""Reading the texts of the web app, wherever TSX lets one stand. One run of Node reads all the rows."""

from pathlib import Path

import pytest

from locales.extract_web import PackagesMissingError, read_web
from locales.findings import Finding
from locales.messages import Message, Occurrence

FOUND = {
    "a variable's value": ('// Translators: Note.\nconst a = t("Save");', Message("", "Save")),
    "directly before the call": ('const a = /* Translators: Note. */ t("Save");', Message("", "Save")),
    "a returned text": ('function f() {\n  // Translators: Note.\n  return t("Save");\n}', Message("", "Save")),
    "a table of functions": ('const a = {\n  // Translators: Note.\n  b: () => t("Save"),\n};', Message("", "Save")),
    "an object in a list": ('const a = [\n  // Translators: Note.\n  { b: () => t("Save") },\n];', Message("", "Save")),
    "a list": ('const a = [\n  // Translators: Note.\n  t("Save"),\n];', Message("", "Save")),
    "an argument": ('show(\n  // Translators: Note.\n  t("Save"),\n);', Message("", "Save")),
    "inside the braces of a child": ('const a = <p>{/* Translators: Note. */ t("Save")}</p>;', Message("", "Save")),
    "on its own line inside the braces": (
        'const a = (\n  <p>\n    {\n      // Translators: Note.\n      t("Save")\n    }\n  </p>\n);',
        Message("", "Save"),
    ),
    "a child before its sibling": (
        'const a = <p>{/* Translators: Note. */}\n{t("Save")} <b>now</b></p>;',
        Message("", "Save"),
    ),
    "an attribute": ('const a = <p\n  // Translators: Note.\n  title={t("Save")} />;', Message("", "Save")),
    "inside the braces of an attribute": (
        'const a = <p title={/* Translators: Note. */ t("Save")} />;',
        Message("", "Save"),
    ),
    "the element of an attribute": (
        'const a = <p>{/* Translators: Note. */}<b title={t("Save")} /></p>;',
        Message("", "Save"),
    ),
    "a choice": ('const a =\n  // Translators: Note.\n  b ? t("Save") : null;', Message("", "Save")),
    "a return behind a condition": (
        'function a(b) {\n  // Translators: Note.\n  if (b) return t("Save");\n}',
        Message("", "Save"),
    ),
    "a value deep inside a table's": (
        'const a = {\n  // Translators: Note.\n  b: c ? null : { d: t("Save") },\n};',
        Message("", "Save"),
    ),
    "the only text of an element": ('// Translators: Note.\nconst a = <p><b>{t("Save")}</b></p>;', Message("", "Save")),
    "a template without holes": ("// Translators: Note.\nconst a = t(`Save`);", Message("", "Save")),
    "a sum of texts": ('// Translators: Note.\nconst a = t("Sa" + "ve");', Message("", "Save")),
    "values": ('// Translators: Note.\nconst a = t("By {name}", { name });', Message("", "By {name}")),
    "elements as values": (
        '// Translators: Note.\nconst a = tx("By {name}", { name: <b /> });',
        Message("", "By {name}"),
    ),
    "a context": ('// Translators: Note.\nconst a = tc("verb", "Open");', Message("verb", "Open")),
    "a context and elements": ('// Translators: Note.\nconst a = tcx("verb", "Open", {});', Message("verb", "Open")),
    "a plural": (
        '// Translators: Note.\nconst a = tn("a Mac", "{count} Macs", n);',
        Message("", "a Mac", "{count} Macs"),
    ),
    "a plural with context": (
        '// Translators: Note.\nconst a = tcn("x", "one", "more", n);',
        Message("x", "one", "more"),
    ),
    "a name of JavaScript's objects": (
        '// Translators: Note.\nconst a = t("constructor");',
        Message("", "constructor"),
    ),
}

LOST = {
    "a variable": ("const a = t(text);", ["text-not-literal"]),
    "a template with a hole": ("const a = t(`By ${name}`);", ["text-not-literal"]),
    "a sum with a variable": ('const a = t("By " + name);', ["text-not-literal"]),
    "a variable context": ('const a = tc(kind, "Open");', ["text-not-literal"]),
    "a plural without its plural": ('const a = tn("a Mac");', ["text-not-literal"]),
    "no comment": ('const a = t("Save");', ["no-comment"]),
    "an empty comment": ('// Translators:\nconst a = t("Save");', ["no-comment"]),
    "a comment for others": ('// A note.\nconst a = t("Save");', ["no-comment"]),
    "a comment before a page of several texts": (
        '// Translators: Note.\nconst a = <p>{t("Save")} {t("Open")}</p>;',
        ["lost-comment", "no-comment", "no-comment"],
    ),
    "a comment before a table of several texts": (
        '// Translators: Note.\nconst a = { b: () => t("Save"), c: () => t("Open") };',
        ["lost-comment", "no-comment", "no-comment"],
    ),
    "a comment before a function of several texts": (
        '// Translators: Note.\nfunction a(b) {\n  if (b) return t("Save");\n  return t("Open");\n}',
        ["lost-comment", "no-comment", "no-comment"],
    ),
    "a comment at the end of a block": ("function f() {\n  g();\n  // Translators: Note.\n}", ["lost-comment"]),
}


@pytest.mark.parametrize("name", FOUND)
def test_a_text_is_read_with_its_comment(name: str, read: dict[str, list[Occurrence]], lost: list[Finding]) -> None:
    message = FOUND[name][1]
    (occurrence,) = read[name]
    assert occurrence.message == Message(message.context, message.text, message.plural, ("Note.",))
    assert not [finding for finding in lost if finding.where.startswith(file_of(name))]


def test_where_the_packages_are_missing_the_command_that_installs_them_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("locales.extract_web._PACKAGES", tmp_path / "node_modules")
    with pytest.raises(PackagesMissingError, match="run  make build"):
        read_web(tmp_path)


@pytest.mark.parametrize("name", LOST)
def test_what_would_be_lost_in_silence_is_found(name: str, lost: list[Finding]) -> None:
    assert sorted(finding.check for finding in lost if finding.where.startswith(file_of(name))) == LOST[name][1]


def test_the_lines_of_a_note_are_joined(tmp_path: Path) -> None:
    occurrences, _findings = extracted(
        tmp_path, {"x": '// Translators: One\n//   two.\n// More.\nconst a = t("Save");'}
    )
    assert occurrences[0].message.comments == ("One two. More.",)


def test_one_note_serves_both_texts_of_a_choice(tmp_path: Path) -> None:
    occurrences, findings = extracted(tmp_path, {"x": '// Translators: Note.\nconst a = b ? t("Save") : t("Open");'})
    assert [occurrence.message.comments for occurrence in occurrences] == [("Note.",), ("Note.",)]
    assert findings == []


def test_tests_types_and_generated_files_hold_no_texts_of_the_app(tmp_path: Path) -> None:
    names = ("page.test.tsx", "types.d.ts", "i18n/generated/x.ts")
    for name in names:
        path = tmp_path / "web" / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("t(anything);", encoding="utf-8")
    assert read_web(tmp_path) == ([], [])


APP = {
    "main": 'import "./frame";\nimport type { Kind } from "./kinds";\nconst page = () => import("./page");',
    "frame": 'import { shown } from "./both";\n/* Translators: Note. */ t("Frame");',
    "page": 'export * from "./part";\nimport { shown } from "./both";\n/* Translators: Note. */ t("Page");',
    "part": '/* Translators: Note. */ t("Part");',
    "both": '/* Translators: Note. */ t("Both");',
    "kinds": '/* Translators: Note. */ t("Kind");',
}


def test_what_the_app_begins_with_is_told_from_what_it_loads_later(tmp_path: Path) -> None:
    occurrences, _findings = extracted(tmp_path, APP)
    later = {occurrence.message.text for occurrence in occurrences if occurrence.later}
    assert later == {"Page", "Part", "Kind"}
    assert {occurrence.message.text for occurrence in occurrences} - later == {"Frame", "Both"}


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Occurrence], list[Finding]]:
    rows = {**FOUND, **LOST}
    return extracted(tmp_path_factory.mktemp("rows"), {name: row[0] for name, row in rows.items()})


@pytest.fixture(scope="module")
def read(everything: tuple[list[Occurrence], list[Finding]]) -> dict[str, list[Occurrence]]:
    return {name: [found for found in everything[0] if found.where.startswith(file_of(name))] for name in FOUND}


@pytest.fixture(scope="module")
def lost(everything: tuple[list[Occurrence], list[Finding]]) -> list[Finding]:
    return everything[1]


def extracted(root: Path, files: dict[str, str]) -> tuple[list[Occurrence], list[Finding]]:
    for name, code in files.items():
        path = root / file_of(name).rstrip(":")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code, encoding="utf-8")
    return read_web(root)


def file_of(name: str) -> str:
    return f"web/src/{name.replace(' ', '-')}.tsx:"
