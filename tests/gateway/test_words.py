"""Every word that people see stands in the catalogue of each language."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import discord
import pytest
from fluent.syntax import FluentParser, visitor
from fluent.syntax import ast as fluent

import gateway
from gateway.app import _COMMANDS, _WORDS
from gateway.domain.cards import base
from gateway.words import _LOCALES, Languages, Words
from kit.errors import Reason, Refused
from segue.api.v1 import settings_service_pb2
from segue.common.v1 import error_reason_pb2
from simulator.world import limits

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(gateway.__file__).parent
SPOKEN = [*ROOT.glob("commands/*.py"), *ROOT.glob("domain/*.py"), ROOT / "playback.py", ROOT / "answering.py"]
ON_MESSAGE = 3
REASONS = [name.removeprefix("ERROR_REASON_") for name, number in error_reason_pb2.ErrorReason.items() if number]
FILES = {file.stem: file for file in _WORDS.parent.iterdir()}
PLURALS = {"zero", "one", "two", "few", "many", "other"}
LANGUAGES = Languages.read(_WORDS)
SAY = {language: Words.read(file) for language, file in FILES.items()}


class Spoken(visitor.Visitor):
    """What a text takes from code: its values, the words between which it chooses by them, and commands it names."""

    def __init__(self, text: fluent.Pattern) -> None:
        super().__init__()
        self.values: set[str] = set()
        self.chosen: set[str] = set()
        self.commands: set[str] = set()
        self.visit(text)

    def visit_VariableReference(self, node: fluent.VariableReference) -> None:  # noqa: N802  (named after its nodes)
        self.values.add(node.id.name)

    def visit_TextElement(self, node: fluent.TextElement) -> None:  # noqa: N802  (as above)
        self.commands |= set(re.findall(r"`/([^`]+)`", node.value))

    def visit_Variant(self, node: fluent.Variant) -> None:  # noqa: N802  (as above)
        if isinstance(node.key, fluent.Identifier) and node.key.name not in PLURALS:
            self.chosen.add(node.key.name)
        self.generic_visit(node)


@cache
def texts(language: str) -> dict[str, fluent.Pattern]:
    """Return all texts of a catalogue by their keys."""
    return dict(_texts(FILES[language].read_text(encoding="utf-8")))


def _texts(source: str) -> Iterator[tuple[str, fluent.Pattern]]:
    for entry in FluentParser().parse(source).body:
        assert not isinstance(entry, fluent.Junk), entry.content
        if isinstance(entry, fluent.Message):
            if entry.value:
                yield entry.id.name, entry.value
            for attribute in entry.attributes:
                yield f"{entry.id.name}.{attribute.id.name}", attribute.value


@pytest.mark.parametrize("language", FILES)
def test_each_language_has_the_keys_of_the_reference_and_no_others(language: str) -> None:
    assert list(texts(language)) == list(texts("en"))


@pytest.mark.parametrize("language", FILES)
def test_each_language_uses_the_values_of_the_reference_and_chooses_by_the_same_words(language: str) -> None:
    reference = {key: Spoken(text) for key, text in texts("en").items()}
    translated = {key: Spoken(text) for key, text in texts(language).items()}

    for key, found in translated.items():
        assert (key, found.values, found.chosen) == (key, reference[key].values, reference[key].chosen)


@pytest.mark.parametrize("language", FILES)
def test_a_text_names_commands_as_they_are_called_in_its_language(language: str) -> None:
    reference = {key: Spoken(text) for key, text in texts("en").items()}

    for key, text in texts(language).items():
        translated = {_called(language, command) for command in reference[key].commands}
        assert (key, Spoken(text).commands) == (key, translated)


def _called(language: str, command: str) -> str:
    """Tell how `filter use` is called."""
    first, *more = command.split()
    keys = [f"command-{first}", *(f"command-{first}-{one}" for one in more)]
    return " ".join(map(SAY[language], keys))


@pytest.mark.parametrize("language", FILES)
@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_has_a_sentence_and_a_way_out(language: str, reason: str) -> None:
    card = base.refused(SAY[language], Refused(Reason(reason)), "a1b2c3d4")

    sentence, way, ref = re.fullmatch(r"(.+?[.。]) (.+[.。]) \(`(.+)`\)", card.text).groups()  # type: ignore[union-attr]
    assert sentence
    assert way
    assert ref == "a1b2c3d4"
    assert "{" not in card.text


def test_the_catalogue_names_only_reasons_of_the_contract() -> None:
    named = re.findall(r"^error-([a-z-]+) =", _WORDS.read_text(), re.MULTILINE)

    assert sorted(name.upper().replace("-", "_") for name in named) == sorted(REASONS)


def test_a_level_a_field_and_a_delay_have_words_of_their_own() -> None:
    level = base.refused(SAY["en"], Refused(Reason.LEVEL_TOO_LOW, required="DJ"), "0")
    field = base.refused(SAY["en"], Refused(Reason.INVALID_ARGUMENT, fields={"query": "too long"}), "0")
    delay = base.refused(SAY["en"], Refused(Reason.RATE_LIMITED, retry_after=7.2), "0")
    stale = base.refused(SAY["en"], Refused(Reason.VERSION_STALE, version="3", what="settings"), "0")

    assert "Only DJs" in level.text
    assert "Use fewer words." in field.text
    assert "7 seconds" in delay.text
    assert "The settings changed" in stale.text


def test_numbers_plurals_and_lists_are_those_of_the_language() -> None:
    names = ("8D", "soft", "live")
    said = {language: say("card-filters", names=names) for language, say in SAY.items()}
    many = {language: say("card-cleared", count=1234) for language, say in SAY.items()}
    one = {language: say("card-cleared", count=1) for language, say in SAY.items()}

    assert said == {
        "en": "Filters: 8D, soft, and live.",
        "de": "Filter: 8D, soft und live.",
        "es": "Filtros: 8D, soft y live.",
        "ja": "フィルター: 8D、soft、live。",
    }
    assert many["en"] == "Removed 1,234 tracks from the queue."
    assert many["de"] == "1.234 Titel aus der Warteschlange entfernt."
    assert many["ja"] == "キューから1,234曲を削除しました。"
    assert one["es"] == "Se quitó una canción de la cola."


@pytest.mark.parametrize(
    ("locale", "language"),
    [("de", "de"), ("es-ES", "es"), ("es-419", "es"), ("ja", "ja"), ("en-GB", "en"), ("fr", "en"), ("", "en")],
)
def test_each_locale_of_discord_has_a_language(locale: str, language: str) -> None:
    assert LANGUAGES.of(locale)("live") == SAY[language]("live")


def test_the_locales_are_discords() -> None:
    assert set(_LOCALES) == {locale.value for locale in discord.Locale}


def test_what_a_language_lacks_is_said_in_the_reference() -> None:
    words = Words("de", "live = direkt\n    .x = y", fallback=SAY["en"])

    assert (words("live"), words("live.x"), words("card-lyrics")) == ("direkt", "y", "Lyrics")
    with pytest.raises(LookupError):
        words("nothing")


def test_guilds_choose_between_the_languages_there_are() -> None:
    field = settings_service_pb2.UpdateGuildSettingsRequest.DESCRIPTOR.fields_by_name["language"]
    ((_, rules),) = field.GetOptions().ListFields()

    assert set(getattr(rules.string, "in")) == {"", *FILES}


def test_commands_are_declared_within_discords_limits_under_the_names_they_are_found_by() -> None:
    declared = _COMMANDS.declared(LANGUAGES)

    limits.check_commands(declared)
    for command in declared:
        if command["type"] == ON_MESSAGE:
            assert set(command["name_localizations"]) == {"de", "es-ES", "es-419", "ja"}
            continue
        for described in (command, *command["options"], *_of_subcommands(command)):
            assert re.fullmatch(r"[a-z]{1,32}", described["name"])
            for field in ("name", "description"):
                assert set(described[f"{field}_localizations"]) == {"de", "es-ES", "es-419", "ja"}


def test_the_reference_calls_commands_and_options_as_they_are_found() -> None:
    for key in texts("en"):
        name, _, option = key.partition(".")
        if name.startswith("command-") and "-" not in option and option != "description":
            assert SAY["en"](key) == (option or name.rpartition("-")[2])


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
