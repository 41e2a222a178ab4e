"""The rules, by properties."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.domain import player as players
from audio.domain import policy, ranks
from audio.domain.endings import EndReason, ending_of
from audio.domain.node import NodeEvent, NodeEventKind
from audio.domain.player import BUCKETS, Item, Player, Status, bucket_of
from audio.domain.policy import Action, Caller
from audio.domain.settings import GuildSettings
from audio.domain.voice import Closure, VoiceSnapshot, VoiceStep, closure_of, next_step
from kit.errors import Reason, Refused
from kit.levels import Level
from tests.audio.values import track

NOW = datetime(2026, 1, 1, tzinfo=UTC)

callers = st.builds(
    Caller,
    user_id=st.integers(1, 3),
    level=st.sampled_from(Level),
    voice_channel_id=st.sampled_from([0, 5, 6]),
    role_ids=st.frozensets(st.integers(1, 5), max_size=2),
)
items = st.builds(
    Item,
    item_id=st.integers(1, 9),
    requester_id=st.integers(1, 3),
    track=st.builds(track, seekable=st.booleans(), length_ms=st.none() | st.integers(0, 10**8)),
)


people = st.lists(st.integers(1, 5), unique=True).map(tuple)
any_settings = st.builds(
    GuildSettings,
    vote_share_percent=st.integers(0, 100),
    vote_shares=st.dictionaries(st.sampled_from(Action), st.integers(0, 100), max_size=3),
    lone_listener_is_dj=st.booleans(),
    session_dj=st.booleans(),
    blocked_user_ids=people,
    blocked_role_ids=people,
    voice_channel_ids=st.sampled_from([(), (5,)]),
)


@st.composite
def any_player(draw: st.DrawFn) -> Player:
    play_seq = draw(st.integers(1, 5))
    return Player(
        1,
        version=draw(st.integers(0, 9)),
        voice_channel_id=draw(st.sampled_from([0, 5, 6])),
        current=draw(st.none() | items),
        play_seq=play_seq,
        heard_seq=draw(st.sampled_from([0, play_seq])),
        paused=draw(st.booleans()),
        position_ms=draw(st.integers(0, 10**6)),
        position_at=NOW,
        queue_length=draw(st.sampled_from([0, 1, policy.QUEUE_LIMIT])),
        votes=draw(st.dictionaries(st.sampled_from(Action), people, max_size=3)),
        listeners=draw(people),
        dj_id=draw(st.integers(0, 5)),
        settings=draw(any_settings),
    )


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=200), st.integers(1, 20))
def test_moves_by_rank_are_moves_in_a_list(moves: list[tuple[int, int]], size: int) -> None:
    order = list(range(size))
    rank = dict(enumerate(ranks.appended(None, size)))
    for what, where in moves:
        item, place = what % size, where % size
        rest = [each for each in order if each != item]
        order = [*rest[:place], item, *rest[place:]]
        before = rank[rest[place - 1]] if place else None
        after = rank[rest[place]] if place < len(rest) else None
        found = ranks.between(before, after) if rest else rank[item]
        if found is None:
            fresh = dict(zip(rest, ranks.renewed(len(rest)), strict=True))
            rank.update(fresh)
            found = ranks.between(rank[rest[place - 1]], rank[rest[place]])
        assert found is not None
        rank[item] = found

        assert sorted(rank, key=rank.__getitem__) == order
        assert len(set(rank.values())) == size


@given(st.lists(st.booleans(), max_size=50), st.integers(1, 60))
def test_what_is_mixed_in_stands_in_its_order_and_moves_nothing_else(is_known: list[bool], gap: int) -> None:
    order = list(range(len(is_known)))
    known = {item: item * gap for item in order if is_known[item]}
    found = ranks.among(order, known)
    if found is None:
        with patch.object(ranks, "GAP", len(order) + 1):
            known = dict(zip(known, ranks.renewed(len(known)), strict=True))
            found = ranks.among(order, known)
    assert found is not None
    rank = known | found
    assert sorted(rank, key=rank.__getitem__) == order
    assert len(set(rank.values())) == len(order)
    assert not known.keys() & found.keys()


@given(any_player(), callers, st.sampled_from(Action))
def test_a_refusal_is_raised_exactly_where_it_is_told(player: Player, caller: Caller, action: Action) -> None:
    reason = policy.refusal(action, caller, player)
    if reason is None:
        policy.require(action, caller, player)
        return
    with pytest.raises(Refused) as refused:
        policy.require(action, caller, player)
    assert refused.value.reason is reason


@given(any_player(), callers, st.sampled_from(Action), st.sampled_from(Level))
def test_a_higher_level_never_loses_a_right(player: Player, caller: Caller, action: Action, level: Level) -> None:
    higher = replace(caller, level=max(level, caller.level))

    if policy.refusal(action, caller, player) is None:
        assert policy.refusal(action, higher, player) is None


@given(any_player(), callers, st.sampled_from(Action), st.integers(1, 5))
def test_no_vote_more_makes_it_harder_and_none_of_those_who_do_not_listen_counts(
    player: Player, caller: Caller, action: Action, voter: int
) -> None:
    missing = policy.votes_missing(action, caller, player)
    found = policy.votes_missing(action, caller, players.voted(player, action, voter))

    assert found <= missing <= len({*player.listeners, caller.user_id})
    if voter not in {*player.listeners, caller.user_id}:
        assert found == missing


@given(any_player(), callers, st.sampled_from(Action))
def test_who_has_what_it_takes_to_do_it_alone_needs_no_vote(player: Player, caller: Caller, action: Action) -> None:
    needs_nobody = {
        "a DJ": caller.level >= Level.DJ,
        "alone": set(player.listeners) <= {caller.user_id},
        "not voted on": action not in {Action.SKIP, *player.settings.vote_shares},
    }
    if any(needs_nobody.values()):
        assert policy.votes_missing(action, caller, player) == 0


@given(any_player(), callers, st.sampled_from(Action))
def test_who_is_blocked_may_do_nothing_and_nobody_who_manages_the_server_is(
    player: Player, caller: Caller, action: Action
) -> None:
    settings = player.settings
    is_named = caller.user_id in settings.blocked_user_ids or caller.role_ids & {*settings.blocked_role_ids}
    reason = policy.refusal(action, caller, player)

    if is_named and caller.level < Level.MANAGER:
        assert reason in {Reason.BLOCKED, Reason.LEVEL_TOO_LOW}
    else:
        assert reason is not Reason.BLOCKED


@given(any_player(), callers)
def test_below_dj_where_one_is_and_who_else_is_there_make_the_level(player: Player, caller: Caller) -> None:
    level = policy.judged(caller, player).level
    is_near = player.voice_channel_id in {0, caller.voice_channel_id}

    if caller.level not in {Level.MEMBER, Level.LISTENER}:
        assert level is caller.level
    elif not is_near:
        assert level is Level.MEMBER
    elif player.listeners == (caller.user_id,) and player.settings.lone_listener_is_dj:
        assert level is (Level.DJ if player.voice_channel_id else Level.LISTENER)
    else:
        assert (level is Level.DJ) == (player.voice_channel_id != 0 and player.dj_id == caller.user_id)


@given(callers, st.sampled_from([0, 5, 6, 7]))
def test_below_dj_one_only_gets_into_ones_own_channel(caller: Caller, named: int) -> None:
    try:
        channel = policy.channel_for(caller, named)
    except Refused:
        return
    assert channel
    assert caller.level >= Level.DJ or channel == caller.voice_channel_id


@given(any_player(), st.floats(0, 10**6))
def test_a_position_moves_only_while_the_track_sounds_and_never_past_its_end(player: Player, seconds: float) -> None:
    later = player.position(NOW + timedelta(seconds=seconds))

    if player.status is not Status.PLAYING:
        assert later == player.position_ms
    length = player.current.track.length_ms if player.current else None
    if length is not None and player.position_ms <= length:
        assert player.position_ms <= later <= length


@given(any_player(), st.floats(0, 1000), st.floats(0, 1000))
def test_a_pause_keeps_the_place(player: Player, before: float, during: float) -> None:
    paused = players.paused(player, NOW + timedelta(seconds=before), wait=True)
    resumed = players.paused(paused, NOW + timedelta(seconds=before + during), wait=False)

    assert resumed.position_ms == paused.position_ms


@given(any_player(), st.none() | items)
def test_every_start_makes_the_events_of_the_one_before_void(player: Player, item: Item | None) -> None:
    begun = players.begun(player, item, NOW)

    assert begun.play_seq > player.play_seq
    assert begun.seek_seq == begun.seen_seek == 0
    assert begun.status in {Status.IDLE, Status.CONNECTING}


@given(st.integers(0, 2**63 - 1))
def test_every_guild_has_a_bucket(guild_id: int) -> None:
    assert bucket_of(guild_id) in range(BUCKETS)


@pytest.mark.parametrize(
    ("kind", "reason", "position", "expected"),
    [
        (NodeEventKind.ENDED, "finished", 9_900, EndReason.FINISHED),
        (NodeEventKind.ENDED, "finished", 10, EndReason.FAILED),
        (NodeEventKind.ENDED, "loadFailed", 0, EndReason.FAILED),
        (NodeEventKind.ENDED, "replaced", 5_000, None),
        (NodeEventKind.ENDED, "cleanup", 5_000, None),
        (NodeEventKind.FAILED, "a sentence", 5_000, EndReason.FAILED),
        (NodeEventKind.STUCK, "", 5_000, EndReason.FAILED),
        (NodeEventKind.STARTED, "", 0, None),
    ],
)
def test_events_end_a_track_or_not(kind: NodeEventKind, reason: str, position: int, expected: EndReason | None) -> None:
    ending = ending_of(NodeEvent(0, "n", 1, kind, reason), length_ms=10_000, position_ms=position)

    assert (ending.reason if ending else None) is expected


WHOLE = VoiceSnapshot(1, 1, 5, "session", "endpoint", "token")


@pytest.mark.parametrize(
    ("snapshot", "asked", "settled", "expected"),
    [
        (None, False, False, VoiceStep.CONNECT),
        (None, True, False, VoiceStep.WAIT),
        (WHOLE, False, False, VoiceStep.READY),
        (WHOLE, True, True, VoiceStep.READY),
        (replace(WHOLE, token=""), True, False, VoiceStep.WAIT),
        (replace(WHOLE, token=""), False, True, VoiceStep.CONNECT),
        (replace(WHOLE, channel_id=6), False, True, VoiceStep.FOLLOW),
        (replace(WHOLE, channel_id=6), False, False, VoiceStep.CONNECT),
        (replace(WHOLE, channel_id=6), True, True, VoiceStep.WAIT),
        (VoiceSnapshot(1, 1), False, True, VoiceStep.LEFT),
        (VoiceSnapshot(1, 1), True, True, VoiceStep.WAIT),
    ],
)
def test_the_next_step_towards_a_channel(
    snapshot: VoiceSnapshot | None, asked: bool, settled: bool, expected: VoiceStep
) -> None:
    assert next_step(5, snapshot, asked=asked, settled=settled) is expected


@pytest.mark.parametrize(
    ("code", "by_remote", "expected"),
    [
        (1000, False, Closure.NOTHING),
        (1000, True, Closure.RENEW),
        (4014, True, Closure.SUSPECT),
        (4006, True, Closure.RENEW),
        (4022, True, Closure.HOPELESS),
        (None, True, Closure.RENEW),
    ],
)
def test_close_codes(code: int | None, by_remote: bool, expected: Closure) -> None:
    assert closure_of(code, by_remote=by_remote) is expected
