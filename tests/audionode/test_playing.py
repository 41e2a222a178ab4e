"""What is heard: every second once and in order, whatever the format, the encryption and the voice gateway do."""

from functools import partial
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import trustme

from tests.audionode.conftest import Client, together
from tests.audionode.music import FORMATS
from tests.audionode.voice_double import AES, XCHACHA, VoiceDouble, VoiceSession, decoded


def assert_whole(seconds: list[int], last: int, first: int = 0) -> None:
    """50 frames of each second from `first` to `last`, in order; a frame on a border may be of neither."""
    known = [second for second in seconds if second >= 0]
    assert known == sorted(known)
    assert set(known) == set(range(first, last + 1))
    for second in range(first + 1, last):
        assert 48 <= known.count(second) <= 51, (second, known.count(second))
    assert seconds.count(-1) <= last - first + 1


def _longer(frames: list[Any], count: int) -> bool:
    return len(frames) >= count


def _resumed(session: VoiceSession, times: int) -> bool:
    return session.resumed == times


def _speaking(session: VoiceSession) -> list[int]:
    """What was told of speaking, in order."""
    return [data["speaking"] for op, data in session.ops if op == 5]


def assert_contiguous(session: VoiceSession) -> None:
    for before, after in pairwise(session.frames):
        assert (after.sequence - before.sequence) & 0xFFFF == 1
        assert (after.timestamp - before.timestamp) & 0xFFFFFFFF == 960


async def test_every_frame_is_end_to_end_encrypted_in_both_modes_and_both_ways_into_the_group(
    client: Client, authority: trustme.CA
) -> None:
    ways = product((AES, XCHACHA), (False, True))
    await together(*(_is_encrypted(client, authority, guild, *way) for guild, way in enumerate(ways, start=50)))


async def _is_encrypted(client: Client, authority: trustme.CA, guild: int, mode: str, by_welcome: bool) -> None:
    async with VoiceDouble(authority, modes=(mode,)) as double:
        double.by_welcome = by_welcome
        await client.join(guild, double)
        await client.play(guild, "coded.flac", endTime=2000)
        await client.event("TrackEndEvent", guild)
        session = double.sessions[-1]
        await double.until(lambda: session.frames[-1].silent)
        assert session.mode == mode
        assert session.errors == []
        assert all(frame.encrypted for frame in session.sounding)
        assert len(session.sounding) == 100
        assert_whole(session.seconds(), 1)
        assert_contiguous(session)
        assert client.events(guild) == ["TrackStartEvent", "TrackEndEvent:finished"]


async def test_eight_players_at_once_are_each_heard_whole_whatever_the_format(
    client: Client, double: VoiceDouble
) -> None:
    names = dict(enumerate([*FORMATS, "coded.wav"], start=20))
    for guild, name in names.items():
        await client.join(guild, double)
        await client.play(guild, name, endTime=4000)
    for guild in names:
        await client.event("TrackEndEvent", guild)
    for session in double.sessions:
        assert 199 <= len(session.sounding) <= 202, names[session.guild_id]
        assert_whole(session.seconds(), 3)
        assert session.errors == []


async def test_people_come_and_go_while_the_music_plays(client: Client, double: VoiceDouble) -> None:
    await client.join(18, double)
    await client.play(18, "coded.flac", endTime=3000)
    session = double.sessions[-1]
    await double.until(lambda: len(session.sounding) >= 20)
    await double.another_joins(888)
    await double.until(lambda: (23, {"transition_id": 1}) in session.ops)
    joined = len(session.sounding)
    await double.until(lambda: len(session.sounding) >= joined + 20)
    await double.downgrade()
    await double.until(lambda: not session.sounding[-1].encrypted)
    await double.upgrade()
    await double.until(lambda: session.sounding[-1].encrypted)
    formed = len(session.sounding)
    await double.until(lambda: len(session.sounding) >= formed + 10)
    await double.garble_commit()
    await double.until(lambda: any(op == 31 for op, _ in session.ops))
    await client.event("TrackEndEvent", 18)
    assert session.errors == []
    assert len(session.sounding) == 150
    assert_whole(session.seconds(), 2)


async def test_nothing_of_the_track_is_used_up_before_the_group_exists(client: Client, double: VoiceDouble) -> None:
    double.hold_group = True
    await client.join(3, double)
    await client.play(3, "coded.flac", endTime=1000)
    await client.event("TrackStartEvent", 3)
    await double.until(lambda: any(op == 26 for op, _ in double.sessions[-1].ops))
    assert (await client.request("GET", f"/v4/sessions/{client.session_id}/players/3"))["state"]["position"] == 0
    double.form_group()
    await client.event("TrackEndEvent", 3)
    assert_whole(double.sessions[-1].seconds(), 0)
    assert len(double.sessions[-1].sounding) == 50


async def test_without_dave_the_frames_go_out_clear(client: Client, double: VoiceDouble) -> None:
    double.dave = False
    await client.join(4, double)
    await client.play(4, "coded.flac", endTime=1000)
    await client.event("TrackEndEvent", 4)
    assert len(double.sessions[-1].sounding) == 50
    assert not any(frame.encrypted for frame in double.sessions[-1].frames)


async def test_after_a_pause_the_track_goes_on_at_the_very_next_frame(client: Client, double: VoiceDouble) -> None:
    await client.join(5, double)
    await client.play(5, "coded.flac", endTime=2000)
    session = double.sessions[-1]
    await double.until(lambda: len(session.sounding) >= 40)
    answer = await client.patch(5, {"paused": True})
    await double.caught_up()
    at_pause = len(session.sounding)
    await double.until(lambda: session.frames[-5:] and all(frame.silent for frame in session.frames[-5:]))
    assert answer["paused"]
    assert len(session.sounding) - at_pause <= 2
    assert len(session.frames) == len(session.sounding) + 5
    await double.until(lambda: _speaking(session) == [1, 0])
    await client.patch(5, {"paused": False})
    await client.event("TrackEndEvent", 5)
    assert len(session.sounding) == 100
    assert_whole(session.seconds(), 1)
    assert _speaking(session)[:3] == [1, 0, 1]


async def test_a_seek_lands_within_a_tenth_of_a_second_and_nothing_of_before_follows(
    client: Client, double: VoiceDouble
) -> None:
    names = dict(enumerate([*FORMATS, "coded.wav"], start=40))
    before = {}
    for guild, name in names.items():
        await client.join(guild, double)
        await client.play(guild, name, endTime=4000)
    for session in double.sessions:
        await double.until(partial(_longer, session.frames, 20))
        await client.patch(session.guild_id, {"position": 2900})
        await double.caught_up()
        before[session.guild_id] = len(session.sounding)
    for guild in names:
        await client.event("TrackEndEvent", guild)
    for session in double.sessions:
        seconds = session.seconds()
        landed = next(index for index, second in enumerate(seconds) if second >= 2)
        assert landed <= before[session.guild_id] + 5, names[session.guild_id]
        heard = seconds[landed:]
        known = [second for second in heard if second >= 0]
        assert known == sorted(known)
        assert 0 < known.count(2) <= 10, names[session.guild_id]  # 100 ms of second 2 were left
        assert abs(len(heard) - 54) <= 5, names[session.guild_id]


async def test_the_last_moment_of_every_format_can_be_sought(client: Client, double: VoiceDouble) -> None:
    names = dict(enumerate(FORMATS, start=50))
    for guild, name in names.items():
        await client.join(guild, double)
        await client.play(guild, name, position=3950)
    for guild, name in names.items():
        await client.event("TrackEndEvent", guild)
        assert client.events(guild) == ["TrackStartEvent", "TrackEndEvent:finished"], name
    assert all(1 <= len(session.sounding) <= 7 for session in double.sessions)


async def test_a_seek_while_the_last_half_second_is_queued_is_not_lost(client: Client, double: VoiceDouble) -> None:
    await client.join(7, double)
    await client.play(7, "coded.flac", position=3500)
    session = double.sessions[-1]
    asked = len((await double.heard(5)).sounding)
    await client.patch(7, {"position": 3000})
    await double.caught_up()
    answered = len(session.sounding)
    await client.event("TrackEndEvent", 7)
    assert asked + 50 <= len(session.sounding) <= answered + 5 + 50


async def test_opus_is_sent_untouched_until_the_volume_changes_it(
    client: Client, double: VoiceDouble, music: Path
) -> None:
    await client.join(8, double)
    await client.play(8, "coded.opus", position=1000)
    session = double.sessions[-1]
    await double.until(lambda: len(session.sounding) >= 40)
    file = (music / "coded.opus").read_bytes()
    assert all(frame.opus in file for frame in session.sounding)
    await client.patch(8, {"volume": 50})
    await double.until(lambda: len(session.sounding) >= 90)
    assert session.sounding[-1].opus not in file
    await client.patch(8, {"volume": 100})
    await client.event("TrackEndEvent", 8)
    assert session.sounding[-1].opus in file
    assert_whole(session.seconds(), 3, first=1)
    assert 148 <= len(session.sounding) <= 153


async def test_a_volume_is_heard_exactly_and_without_a_frame_lost(client: Client, authority: trustme.CA) -> None:
    await together(_is_as_loud(client, authority, 54, 50, 0.15), _is_as_loud(client, authority, 55, 200, 0.6))


async def _is_as_loud(client: Client, authority: trustme.CA, guild: int, volume: int, level: float) -> None:
    async with VoiceDouble(authority) as double:
        await client.join(guild, double)
        await client.play(guild, "coded.flac", endTime=2000)
        session = double.sessions[-1]
        await double.until(lambda: len(session.sounding) >= 50)
        await client.patch(guild, {"volume": volume})
        await double.caught_up()
        before = len(session.sounding)
        await client.event("TrackEndEvent", guild)
    rows = decoded([frame.opus for frame in session.sounding])
    assert abs(abs(rows[20:45]).max() - 0.3) < 0.02
    assert abs(abs(rows[before + 8 :]).max() - level) < 0.05
    assert len(session.sounding) == 100
    assert_whole(session.seconds(), 1)


async def test_a_track_replaced_stops_at_once(client: Client, double: VoiceDouble) -> None:
    await client.join(10, double)
    await client.play(10, "tone.wav")
    session = double.sessions[-1]
    await double.until(lambda: len(session.sounding) >= 20)
    await client.play(10, "coded.flac", endTime=1000)
    await client.message(lambda sent: sent.get("reason") == "finished" and sent["guildId"] == "10")
    assert session.seconds()[-50:].count(0) >= 48
    expected = ["TrackStartEvent", "TrackEndEvent:replaced", "TrackStartEvent", "TrackEndEvent:finished"]
    assert client.events(10) == expected


async def test_a_resumed_voice_connection_is_not_heard(client: Client, double: VoiceDouble) -> None:
    await client.join(11, double)
    await client.play(11, "coded.flac", endTime=2000)
    session = double.sessions[-1]
    for times, code in enumerate([4015, 1001, 4003, None], start=1):
        await double.until(partial(_longer, session.frames, 15 * times))
        if code is None:
            double.abort()
        else:
            await double.close(code)
        await double.until(partial(_resumed, session, times))
    await client.event("TrackEndEvent", 11)
    assert len(session.sounding) == 100
    assert_contiguous(session)
    assert client.events(11) == ["TrackStartEvent", "TrackEndEvent:finished"]


async def test_a_voice_connection_that_ends_is_told_once_and_the_track_waits(
    client: Client, authority: trustme.CA
) -> None:
    codes = enumerate([4014, 4006, 1000], start=56)
    await together(*(_ends_and_is_joined_again(client, authority, guild, code) for guild, code in codes))


async def _ends_and_is_joined_again(client: Client, authority: trustme.CA, guild: int, code: int) -> None:
    async with VoiceDouble(authority) as double:
        await client.join(guild, double)
        await client.play(guild, "coded.flac", endTime=2000)
        await double.until(lambda: len(double.sessions[-1].sounding) >= 20)
        await double.close(code)
        closed = await client.event("WebSocketClosedEvent", guild)
        assert (closed["code"], closed["reason"], closed["byRemote"]) == (code, "because", True)
        state = (await client.request("GET", f"/v4/sessions/{client.session_id}/players/{guild}"))["state"]
        assert not state["connected"]
        await client.join(guild, double)
        await client.event("TrackEndEvent", guild)
        first, second = double.sessions
        assert len(first.sounding) + len(second.sounding) == 100
        assert_whole(first.seconds() + second.seconds(), 1)
        assert client.events(guild) == ["TrackStartEvent", "WebSocketClosedEvent", "TrackEndEvent:finished"]


async def test_a_refused_resume_ends_the_connection(client: Client, double: VoiceDouble) -> None:
    double.accept_resume = False
    await client.join(13, double)
    await client.play(13, "tone.wav")
    await double.until(lambda: double.sessions[-1].sounding)
    await double.close(4015)
    assert (await client.event("WebSocketClosedEvent", 13))["code"] == 4006


async def test_a_new_voice_server_in_the_middle_loses_nothing(
    client: Client, double: VoiceDouble, authority: trustme.CA
) -> None:
    await client.join(14, double)
    await client.play(14, "coded.flac", endTime=2000)
    await double.until(lambda: len(double.sessions[-1].sounding) >= 40)
    async with VoiceDouble(authority) as other:
        await client.join(14, other, token="new")
        await client.event("TrackEndEvent", 14)
        heard = double.sessions[-1].sounding + other.sessions[-1].sounding
        assert len(heard) == 100
        assert_whole(double.sessions[-1].seconds() + other.sessions[-1].seconds(), 1)
        assert double.sessions[-1].close_code == 1000
        closed = await client.event("WebSocketClosedEvent", 14)
        assert (closed["code"], closed["byRemote"]) == (1000, False)


async def test_a_player_whose_file_fails_disturbs_no_other(client: Client, double: VoiceDouble, music: Path) -> None:
    whole = (music / "coded.flac").read_bytes()
    (music / "broken.flac").write_bytes(whole[: len(whole) // 6])
    await client.join(15, double)
    await client.join(16, double)
    await client.play(15, "coded.flac", endTime=2000)
    await client.play(16, "broken.flac")
    await client.event("TrackEndEvent", 16)
    (music / "broken.flac").unlink()
    await client.event("TrackEndEvent", 15)
    assert client.events(16) == ["TrackStartEvent", "TrackExceptionEvent", "TrackEndEvent:finished"]
    heard = next(session for session in double.sessions if session.guild_id == 15)
    assert_whole(heard.seconds(), 1)


async def test_a_player_deleted_leaves_voice_with_five_frames_of_silence(client: Client, double: VoiceDouble) -> None:
    await client.join(17, double)
    await client.play(17, "tone.wav")
    session = double.sessions[-1]
    await double.until(lambda: len(session.sounding) >= 5)
    await client.request("DELETE", f"/v4/sessions/{client.session_id}/players/17")
    await double.until(lambda: session.close_code is not None)
    assert session.close_code == 1000
    assert [frame.silent for frame in session.frames[-6:]] == [False, True, True, True, True, True]
    assert client.events(17) == ["TrackStartEvent", "TrackEndEvent:stopped", "WebSocketClosedEvent"]


async def test_a_volume_set_when_all_is_decoded_ends_with_the_track(client: Client, double: VoiceDouble) -> None:
    await client.join(19, double)
    await client.play(19, "coded.opus", position=3800)
    session = double.sessions[-1]
    await double.until(lambda: session.sounding)
    for volume in (50, 100, 50, 100):
        await client.patch(19, {"volume": volume})
    await client.event("TrackEndEvent", 19)
    assert 9 <= len(session.sounding) <= 12
    assert client.events(19) == ["TrackStartEvent", "TrackEndEvent:finished"]
