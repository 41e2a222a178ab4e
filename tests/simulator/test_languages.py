"""People and guilds have languages, and commands have names in them, as in Discord."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simulator.world import limits
from simulator.world.refusal import Refusal
from tests.simulator.conftest import simulator_at

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.conftest import Simulator


def command(**changes: Any) -> dict[str, Any]:
    """Make a command with one option."""
    option = {"type": 3, "name": "query", "description": "What", "name_localizations": {"de": "suche"}}
    return {"name": "play", "description": "Play", "options": [option], "name_localizations": {"ja": "再生"}} | changes


@pytest.mark.parametrize(
    "name", ["再生", "一時停止", "レーザー", "überspringen", "búsqueda", "เล่น", "हिन्दी", "antes-de", "l'été"]
)
def test_a_name_may_have_the_letters_of_any_language(name: str) -> None:
    limits.check_commands([command(name_localizations={"de": name})])


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"name_localizations": {"de": "Spielen"}}, "0.name_localizations.de"),
        ({"name_localizations": {"de": "ab spielen"}}, "0.name_localizations.de"),
        ({"name_localizations": {"de": "x" * 33}}, "0.name_localizations.de"),
        ({"name_localizations": {"de": ""}}, "0.name_localizations.de"),
        ({"name_localizations": {"es": "reproducir"}}, "0.name_localizations"),
        ({"description_localizations": {"de": "x" * 101}}, "0.description_localizations.de"),
        ({"description_localizations": {"ja": ""}}, "0.description_localizations.ja"),
    ],
)
def test_a_translation_keeps_to_the_limits_of_what_it_translates(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(Refusal) as caught:
        limits.check_commands([command(**changes)])

    assert refused(caught.value.body["errors"]) == path


def refused(errors: dict[str, Any]) -> str:
    """Find the path of the field that was refused."""
    ((key, inner),) = errors.items()
    return key if "_errors" in inner else f"{key}.{refused(inner)}"


def test_two_commands_or_options_may_not_have_one_name_in_a_language() -> None:
    other = command(name="stop")
    twice: list[dict[str, Any]] = [{"type": 3, "name": name, "description": "What"} for name in ("query", "suche")]
    twice[0]["name_localizations"] = {"de": "suche"}

    limits.check_commands([command(), command(name="stop", name_localizations={"ja": "停止"})])
    for wrong in ([command(), other], [command(options=twice)]):
        with pytest.raises(Refusal):
            limits.check_commands(wrong)


def test_of_a_text_and_its_translations_the_longest_counts() -> None:
    long = {"description_localizations": {"de": "x" * 100, "ja": "x" * 100}}
    choices = [{"name": "x", "name_localizations": {"de": "y" * 100}, "value": "x" * 100} for _ in range(25)]
    options = [{"type": 3, "name": f"o{number}", "description": "x", "choices": choices, **long} for number in range(2)]

    limits.check_commands([command(options=options[:1], **long)])
    with pytest.raises(Refusal) as caught:
        limits.check_commands([command(options=options, **long)])
    assert "8000" in str(caught.value.body)


async def test_people_and_guilds_choose_a_language_that_outlives_the_process(tmp_path: Path) -> None:
    async with simulator_at(tmp_path) as simulator:
        place = await simulator.place()
        before = await simulator.guild()
        member = await simulator.call("PATCH", "/members", {**place, "locale": "ja"})
        guild = await simulator.call("PATCH", "/guilds", {**place, "locale": "es-419"})
        await simulator.call("PATCH", "/members", {**place, "locale": "klingon"}, status=400)
        await simulator.call("PATCH", "/members", {**place, "userId": "4", "locale": "ja"}, status=404)
    async with simulator_at(tmp_path) as simulator:
        after = await simulator.guild()

    assert {one["locale"] for one in (before, *before["members"])} == {"en-US"}
    assert (member["locale"], guild["locale"]) == ("ja", "es-419")
    assert after == guild
    assert member in after["members"]


async def test_the_bot_hears_both_languages_with_an_interaction(bot: Simulator) -> None:
    place = await bot.place()
    await bot.call("PATCH", "/members", {**place, "locale": "de"})
    await bot.call("PATCH", "/guilds", {**place, "locale": "ja"})
    outcome = await bot.command("languages")
    for kind in ("members", "guilds"):
        await bot.call("PATCH", f"/{kind}", {**place, "locale": "en-US"})

    assert outcome["message"]["content"] == "de ja ja"
