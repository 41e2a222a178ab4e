"""People are answered in their language, and all of a guild in the guild's."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from gateway.adapters.declaring import declare
from gateway.app import _COMMANDS, _WORDS
from gateway.words import Languages, Words
from kit.errors import Reason, Refused
from tests.gateway.conftest import labels, text
from tests.gateway.test_import_command import reads
from tests.gateway.test_panels import over
from tests.gateway.test_queue_commands import choices

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.gateway.conftest import House


class Tongues:
    """Lets people and guilds choose a language."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def person(self, locale: str, name: str = "Liam") -> None:
        """Let a person choose it in Discord."""
        place = await self._house.simulator.place(name)
        await self._house.simulator.call("PATCH", "/members", {**place, "locale": locale})

    async def guild(self, locale: str) -> None:
        """Let the guild choose it in Discord."""
        place = await self._house.simulator.place()
        await self._house.simulator.call("PATCH", "/guilds", {**place, "locale": locale})

    async def setting(self, language: str) -> None:
        """Let the guild choose it in its settings."""
        await self._house.api.choose(int((await self._house.simulator.guild())["id"]), language=language)


@pytest_asyncio.fixture
async def tongues(house: House) -> AsyncIterator[Tongues]:
    """Choose languages, for this test alone."""
    found = Tongues(house)
    yield found
    await found.setting("")
    await found.guild("en-US")
    await found.person("en-US")


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [
        ("de", "Die Warteschlange ist leer. Füg etwas mit `/spielen` hinzu."),
        ("es-ES", "La cola está vacía. Añade algo con `/reproducir`."),
        ("es-419", "La cola está vacía. Añade algo con `/reproducir`."),
        ("ja", "キューは空です。`/再生` で曲を追加してください。"),
        ("en-GB", "The queue is empty. Add something with `/play`."),
        ("fr", "The queue is empty. Add something with `/play`."),
    ],
)
async def test_a_private_answer_is_in_the_persons_language(
    house: House, tongues: Tongues, locale: str, sentence: str
) -> None:
    await tongues.person(locale)
    await tongues.guild("ja")

    answer = await house.simulator.command("queue")

    assert answer["ephemeral"]
    assert text(answer["message"]).strip() == sentence


async def test_the_language_a_person_chose_goes_before_what_discord_says(house: House, tongues: Tongues) -> None:
    await tongues.person("ja")
    await house.simulator.command("preferences", language="de", private=True)

    private = await house.simulator.command("queue")
    otherwise_public = await house.simulator.command("volume", percent=50)
    await house.simulator.command("preferences", language="any", private=False)
    back = await house.simulator.command("queue")

    assert text(private["message"]).strip() == "Die Warteschlange ist leer. Füg etwas mit `/spielen` hinzu."
    assert otherwise_public["ephemeral"]
    assert text(otherwise_public["message"]).strip() == "Die Lautstärke ist 50 %."
    assert text(back["message"]).strip() == "キューは空です。`/再生` で曲を追加してください。"


async def test_a_public_answer_is_in_the_guilds_language_and_its_refusal_in_the_persons(
    house: House, tongues: Tongues
) -> None:
    await tongues.person("de")
    await tongues.guild("es-ES")

    answer = await house.simulator.command("play", query="alpha")
    house.audio.refusal = Refused(Reason.LEVEL_TOO_LOW, required="DJ")
    refused = await house.simulator.command("volume", percent=50)

    assert "Sonando" in text(answer["message"])
    assert {"Pausar", "Saltar", "¿No es esta?"} <= set(labels(answer["message"]))
    assert refused["ephemeral"]
    assert text(refused["message"]).startswith("Das können nur DJs. Bitte um die DJ-Rolle dieses Servers. (`")


async def test_a_guilds_setting_goes_before_what_discord_says_until_it_is_taken_back(
    house: House, tongues: Tongues
) -> None:
    await tongues.guild("es-ES")
    await tongues.setting("ja")
    chosen = await house.simulator.command("volume", percent=50)
    await tongues.setting("")
    back = await house.simulator.command("volume", percent=50)

    assert text(chosen["message"]).strip() == "音量は50%です。"
    assert text(back["message"]).strip() == "El volumen está al 50 %."


async def test_the_panel_speaks_the_guilds_language_whoever_clicks(house: House, tongues: Tongues) -> None:
    await tongues.person("es-ES")
    await tongues.guild("de")

    message = (await house.simulator.command("play", query="alpha"))["message"]
    clicked = await house.click(message, "Pause")
    await over(house)
    await reads(house, message, "Die Musik ist zu Ende. Starte etwas mit `/spielen`.")

    assert "Pausiert" in text(clicked["message"])
    assert "Weiter" in labels(clicked["message"])


async def test_a_click_on_what_the_person_alone_sees_goes_on_in_their_language(house: House, tongues: Tongues) -> None:
    await tongues.person("de")
    await tongues.guild("ja")
    for number in range(12):
        await house.simulator.command("play", query=f"song {number}")

    first = await house.simulator.command("queue")
    second = await house.click(first["message"], "Mehr")

    assert "Erste Seite" in labels(second["message"])


async def test_what_is_shown_while_one_types_and_a_form_are_in_the_persons_language(
    house: House, tongues: Tongues
) -> None:
    await tongues.person("de")
    await tongues.guild("ja")

    form = await house.simulator.command("import")

    assert form["modal"]["title"] == "Songs importieren"
    assert form["modal"]["components"][0]["label"] == "Ein Song pro Zeile"


async def test_commands_and_options_are_typed_in_any_language_and_found_by_their_own_names(
    house: House, tongues: Tongues
) -> None:
    await tongues.person("de")
    await house.simulator.command("spielen", suche="alpha")
    await house.simulator.command("spielen", suche="bravo", platz="next")
    offered = await choices(house, "entfernen", "titel")
    await tongues.person("ja")
    await house.simulator.command("フィルター", 保存={"名前": "party"})

    assert [request.query for request in house.audio.asked("Play")] == ["alpha", "bravo"]
    assert [choice["name"] for choice in offered] == ["1. bravo · Nobody"]
    assert [request.name for request in house.audio.asked("SaveFilters")] == ["party"]


async def test_the_next_process_answers_in_the_languages_of_the_one_before(house: House, tongues: Tongues) -> None:
    await tongues.setting("ja")
    house.audio.held = asyncio.Event()
    asked = asyncio.create_task(house.simulator.command("volume", percent=50))
    await asyncio.wait_for(house.audio.arrived.wait(), 60)

    await tongues.setting("de")
    house.audio.held = None
    await house.restart()

    assert text((await asked)["message"]).strip() == "音量は50%です。"


async def test_commands_are_declared_again_when_a_translation_has_changed() -> None:
    reference = Words.read(_WORDS)
    german = _WORDS.with_name("de.ftl").read_text(encoding="utf-8")
    discord, declarations = Discord(), Declarations()
    for source in (german, german, german.replace("= spielen\n", "= abspielen\n")):
        languages = Languages(reference, {"de": Words("de", source, reference)})
        await declare(discord, _COMMANDS.declared(languages), declarations)  # type: ignore[arg-type]  # stand-ins

    named = [next(one for one in commands if one["name"] == "play") for commands in discord.declared]
    assert [one["name_localizations"]["de"] for one in named] == ["spielen", "abspielen"]


class Discord:
    """A client of Discord's API, as far as commands are declared."""

    application_id = 1

    def __init__(self) -> None:
        self.declared: list[list[dict[str, Any]]] = []

    @property
    def http(self) -> Discord:
        """Discord's REST API."""
        return self

    async def get_global_commands(self, _application_id: int) -> list[dict[str, Any]]:
        """Show the commands."""
        return self.declared[-1]

    async def bulk_upsert_global_commands(self, _application_id: int, commands: list[dict[str, Any]]) -> None:
        """Take the commands."""
        self.declared.append(commands)


class Declarations:
    """What was last declared."""

    kept = ""

    async def digest(self, _application_id: int) -> str:
        """Tell it."""
        return self.kept

    async def store(self, _application_id: int, digest: str) -> None:
        """Keep it."""
        self.kept = digest
