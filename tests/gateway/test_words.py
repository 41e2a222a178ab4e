"""Every word that people see stands in the catalogue."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

import gateway
from gateway.app import _COMMANDS, _WORDS
from gateway.domain.cards import base
from gateway.words import Words
from kit.errors import Reason, Refused
from segue.common.v1 import error_reason_pb2

ROOT = Path(gateway.__file__).parent
SPOKEN = [*ROOT.glob("commands/*.py"), *ROOT.glob("domain/*.py"), ROOT / "playback.py", ROOT / "answering.py"]
ON_MESSAGE = 3
REASONS = [name.removeprefix("ERROR_REASON_") for name, number in error_reason_pb2.ErrorReason.items() if number]


@pytest.fixture
def say() -> Words:
    """The English catalogue."""
    return Words.read(_WORDS)


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_has_a_sentence_and_a_way_out(say: Words, reason: str) -> None:
    card = base.refused(say, Refused(Reason(reason)), "a1b2c3d4")

    sentence, way, ref = re.fullmatch(r"(.+?\.) (.+\.) \(`(.+)`\)", card.text).groups()  # type: ignore[union-attr]
    assert sentence
    assert way
    assert ref == "a1b2c3d4"
    assert "{" not in card.text


def test_the_catalogue_names_only_reasons_of_the_contract(say: Words) -> None:
    named = re.findall(r"^error-([a-z-]+) =", _WORDS.read_text(), re.MULTILINE)

    assert sorted(name.upper().replace("-", "_") for name in named) == sorted(REASONS)


def test_a_level_a_field_and_a_delay_have_words_of_their_own(say: Words) -> None:
    level = base.refused(say, Refused(Reason.LEVEL_TOO_LOW, required="DJ"), "0")
    field = base.refused(say, Refused(Reason.INVALID_ARGUMENT, fields={"query": "too long"}), "0")
    delay = base.refused(say, Refused(Reason.RATE_LIMITED, retry_after=7.2), "0")
    stale = base.refused(say, Refused(Reason.VERSION_STALE, version="3", what="settings"), "0")

    assert "Only DJs" in level.text
    assert "Use fewer words." in field.text
    assert "7 seconds" in delay.text
    assert "The settings changed" in stale.text


def test_commands_are_declared_within_discords_limits_under_the_names_they_are_found_by(say: Words) -> None:
    for command in _COMMANDS.declared(say):
        if command["type"] == ON_MESSAGE:
            assert 1 <= len(command["name"]) <= 32
            continue
        assert say.has(f"command-{command['name']}")
        for described in (command, *command["options"], *_of_subcommands(command)):
            assert re.fullmatch(r"[a-z]{1,32}", described["name"])
            assert 1 <= len(described["description"]) <= 100


def _of_subcommands(command: dict[str, Any]) -> list[dict[str, Any]]:
    return [option for one in command["options"] for option in one.get("options", ())]


@pytest.mark.parametrize("file", SPOKEN, ids=lambda file: file.stem)
def test_no_sentence_stands_in_code(file: Path) -> None:
    tree = ast.parse(file.read_text())
    bodies = [node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef)]
    bodies_of = [body for node in ast.walk(tree) if isinstance(body := getattr(node, "body", None), list)]
    told = {id(line.value) for body in bodies_of for line in body if isinstance(line, ast.Expr)}
    logged = {
        id(argument)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("_log.")
        for argument in node.args
    }
    found = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told | logged
    ]

    assert bodies
    assert [text for text in found if re.search(r"[A-Za-z] [A-Za-z]", text)] == []
