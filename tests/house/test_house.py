"""The rules of the house that no linter knows."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE_ROOTS = {"gen/python", "envoy", "lavalink"}
MAX_FUNCTION, MAX_FILE = 50, 400


def _ours(*patterns: str) -> list[Path]:
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [
        ROOT / line for line in tracked.stdout.splitlines() if not line.startswith("gen/") and (ROOT / line).exists()
    ]


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_function_is_longer_than_50_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{function.lineno} {function.name}"
        for path in _ours("*.py")
        for function in _functions(path)
        if (function.end_lineno or 0) - function.lineno + 1 > MAX_FUNCTION
    ]

    assert long == []


def test_no_file_is_longer_than_400_lines() -> None:
    long = [str(path.relative_to(ROOT)) for path in _ours("*.py") if len(path.read_text().splitlines()) > MAX_FILE]

    assert long == []


def test_every_package_says_in_its_first_line_what_it_is() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in _ours("*__init__.py")
        if not ast.get_docstring(ast.parse(path.read_text()))
    ]

    assert silent == []


def test_source_roots_are_not_packages() -> None:
    assert [root for root in SOURCE_ROOTS if (ROOT / root / "__init__.py").exists()] == []


def test_the_environment_is_read_in_settings_alone() -> None:
    readers = [
        str(path.relative_to(ROOT))
        for path in _ours("*.py")
        if not str(path.relative_to(ROOT)).startswith("tests/")
        and path.name not in {"settings.py", "bootstrap.py"}
        and any(
            isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"} and isinstance(node.value, ast.Name)
            for node in ast.walk(ast.parse(path.read_text()))
        )
    ]

    assert readers == []


def test_no_file_names_a_package_registry() -> None:
    hosts = [
        b"pypi" + b".org",
        b"files.python" + b"hosted",
        b"registry.npm" + b"js",
        b"repo1." + b"maven",
        b"proxy." + b"golang",
    ]
    named = [
        str(path.relative_to(ROOT)) for path in _ours() if path.is_file() and any(h in path.read_bytes() for h in hosts)
    ]

    assert named == []
