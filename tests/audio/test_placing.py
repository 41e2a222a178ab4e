"""Which node takes a player, and which source an identifier is of."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from audio.domain.placing import Place, ranked, region_of
from audio.domain.sources import source_of

GUILDS = [str(number) for number in range(1000)]
A, B, C = Place("a"), Place("b"), Place("c")


def best(*places: Place, endpoint: str = "") -> Counter[str]:
    return Counter(ranked(places, guild, endpoint)[0] for guild in GUILDS)


def test_equal_nodes_share_the_guilds_and_each_guild_has_its_own() -> None:
    shares = best(A, B, C)

    assert all(share in range(250, 420) for share in shares.values())
    assert [ranked([A, B, C], guild) for guild in GUILDS] == [ranked([C, A, B], guild) for guild in GUILDS]


def test_a_node_more_or_less_moves_only_the_guilds_that_are_its_own() -> None:
    for guild in GUILDS:
        with_all, without = ranked([A, B, C], guild), ranked([A, B], guild)
        assert [name for name in with_all if name != "c"] == without


@pytest.mark.parametrize(
    "busy",
    [
        replace(A, cpu=0.5),
        replace(A, playing=20),
        replace(A, missing=0.02),
    ],
)
def test_a_busier_node_gets_no_new_players(busy: Place) -> None:
    assert best(busy, B) == {"b": len(GUILDS)}


def test_players_count_by_the_cores_there_are_for_them() -> None:
    assert best(replace(A, playing=100, cores=64), replace(B, playing=10)) == {"a": len(GUILDS)}


def test_small_differences_do_not_send_everybody_to_one_node() -> None:
    assert len(best(replace(A, cpu=0.31, playing=2), replace(B, cpu=0.38))) == 2


def test_the_region_of_the_voice_server_comes_first_unless_it_is_full() -> None:
    near, far, anywhere = replace(A, region="rotterdam"), replace(B, region="us"), C
    endpoint = "rotterdam123.discord.media:443"

    assert best(near, far, anywhere, endpoint=endpoint) == {"a": len(GUILDS)}
    assert best(replace(near, cpu=0.4), far, endpoint=endpoint) == {"a": len(GUILDS)}
    assert best(replace(near, cpu=0.9), far, endpoint=endpoint) == {"b": len(GUILDS)}
    assert best(near, far, endpoint="us-east9.discord.media") == {"b": len(GUILDS)}
    assert len(best(near, far)) == 2


@pytest.mark.parametrize(
    ("endpoint", "region"),
    [
        ("rotterdam123.discord.media:443", "rotterdam"),
        ("us-east1234.discord.media", "us-east"),
        ("c-ams07-1a2b3c.discord.media:2053", "ams"),
        ("127.0.0.1:4000", ""),
        ("", ""),
    ],
)
def test_a_voice_server_tells_its_region(endpoint: str, region: str) -> None:
    assert region_of(endpoint) == region


@pytest.mark.parametrize(
    ("identifier", "source"),
    [
        ("https://music.youtube.com/watch?v=1", "youtube"),
        ("https://youtu.be/1", "youtube"),
        ("HTTPS://OPEN.SPOTIFY.COM/track/1", "spotify"),
        ("https://artist.bandcamp.com/track/1", "bandcamp"),
        ("https://notyoutube.com/", "http"),
        ("https://evil.example/youtube.com", "http"),
        ("ytsearch:words", "youtube"),
        ("localsearch:words", "local"),
        ("album/track.flac", "local"),
    ],
)
def test_an_identifier_tells_its_source(identifier: str, source: str) -> None:
    assert source_of(identifier) == source
