"""The contract as its callers see it: through a gRPC server, on Postgres, with played nodes and a played gateway."""

from __future__ import annotations

import asyncio
import uuid

import pytest
from google.protobuf.duration_pb2 import Duration

from audio.domain.policy import Action
from audio.domain.track import TrackList, TrackListKind
from kit import idempotency
from kit.errors import Reason
from kit.postgres import transaction
from segue.audio.v1 import (
    catalog_service_pb2,
    node_service_pb2,
    node_service_pb2_grpc,
    player_service_pb2,
    queue_service_pb2,
    voice_event_service_pb2,
    voice_event_service_pb2_grpc,
)
from segue.common.v1 import actor_pb2, voice_pb2
from tests.audio.client import IDLE, LISTENER, OUTSIDER, PAUSED, PLAYING, Client, refused
from tests.audio.stores import HANDLES
from tests.audio.values import CHANNEL, GUILD, track
from tests.kit.serving import from_peer


async def test_play_answers_when_the_track_sounds(client: Client) -> None:
    answer = await client.play("a", "b")

    assert (answer.count, answer.place, answer.applied, answer.item.track.title) == (2, 0, True, "a")
    player = await client.player()
    assert (player.status, player.current.track.title, player.queue_length) == (PLAYING, "a", 1)
    assert (player.node, player.voice_channel_id) == ("one", CHANNEL)


async def test_play_by_words_plays_the_best_match_and_says_when_there_is_none(client: Client) -> None:
    answer = await client("Play", player_service_pb2.PlayRequest(guild_id=GUILD, query="words"))
    assert answer.item.track.title == "words"
    with refused(Reason.NO_MATCH):
        await client("Play", player_service_pb2.PlayRequest(guild_id=GUILD, query="nothing"))
    with refused(Reason.NOTHING_TO_PLAY):
        await client("Play", player_service_pb2.PlayRequest(guild_id=GUILD))
    with refused(Reason.HANDLE_INVALID):
        await client("Play", player_service_pb2.PlayRequest(guild_id=GUILD, handles=["forged"]))

    assert (await client.player()).version == 2


async def test_words_are_played_from_the_source_that_is_named_and_an_address_from_its_own(client: Client) -> None:
    local, video = track("song"), track("song on video", source="youtube")
    client.world.found["song"] = [local, video]
    client.world.found["https://music.example/1"] = [local]
    named = await client("Play", player_service_pb2.PlayRequest(guild_id=GUILD, query="song", source="youtube"))
    request = player_service_pb2.PlayRequest(guild_id=GUILD, query="https://music.example/1", source="youtube")
    with refused(Reason.NO_MATCH):
        await client("Play", player_service_pb2.PlayRequest(guild_id=GUILD, query="song", source="deezer"))

    assert named.item.track.title == "song on video"
    assert (await client("Play", request)).item.track.title == "song"


async def test_a_queued_track_tells_its_place(client: Client) -> None:
    await client.play("a")
    answer = await client.play("b")
    assert (answer.place, answer.applied) == (1, True)
    assert (await client.play("c")).place == 2


async def test_the_same_request_id_has_one_effect_and_one_answer(client: Client) -> None:
    request_id = str(uuid.uuid4())
    answers = await asyncio.gather(*(client.play("a", request_id=request_id) for _ in range(20)))
    for answer in answers:
        answer.applied = True

    assert len({answer.SerializeToString(deterministic=True) for answer in answers}) == 1
    assert (await client.player()).version == 2
    with refused(Reason.REQUEST_ID_REUSED):
        await client.play("b", request_id=request_id)


async def test_a_repeated_request_meets_its_own_refusal_and_no_later_one(client: Client) -> None:
    first, second = str(uuid.uuid4()), str(uuid.uuid4())
    await client("JoinChannel", player_service_pb2.JoinChannelRequest(guild_id=GUILD, request_id=first))
    await client("LeaveChannel", player_service_pb2.LeaveChannelRequest(guild_id=GUILD))
    client.rig.voice.refusal = Reason.VOICE_CHANNEL_FORBIDDEN
    for _ in range(2):
        with refused(Reason.VOICE_CHANNEL_FORBIDDEN):
            await client("JoinChannel", player_service_pb2.JoinChannelRequest(guild_id=GUILD, request_id=second))
    again = await client("JoinChannel", player_service_pb2.JoinChannelRequest(guild_id=GUILD, request_id=first))

    assert again.player.version == 1


async def test_pause_is_silent_when_answered_and_resume_goes_on(client: Client) -> None:
    await client.play("a")
    paused = await client("Pause", player_service_pb2.PauseRequest(guild_id=GUILD))
    state = client.world.player(GUILD)
    assert state
    assert state.paused
    assert paused.player.status == PAUSED
    with refused(Reason.ALREADY_PAUSED):
        await client("Pause", player_service_pb2.PauseRequest(guild_id=GUILD))
    await client("Resume", player_service_pb2.ResumeRequest(guild_id=GUILD))

    state = client.world.player(GUILD)
    assert state
    assert not state.paused


async def test_skip_goes_on_and_names_what_was_skipped(client: Client) -> None:
    first = await client.play("a", "b")
    with refused(Reason.ITEM_NOT_FOUND):
        await client("Skip", player_service_pb2.SkipRequest(guild_id=GUILD, item_id=first.item.item_id + 1))
    answer = await client("Skip", player_service_pb2.SkipRequest(guild_id=GUILD, item_id=first.item.item_id))
    assert (answer.skipped.track.title, answer.applied) == ("a", True)
    assert (await client.player()).current.track.title == "b"
    assert (await client("Skip", player_service_pb2.SkipRequest(guild_id=GUILD))).applied
    assert (await client.player()).status == IDLE


async def test_seek_moves_within_the_track_only(client: Client) -> None:
    await client.play("a")
    await client("Seek", player_service_pb2.SeekRequest(guild_id=GUILD, position=Duration(seconds=7)))
    state = client.world.player(GUILD)
    assert state
    assert state.position_ms == 7000
    with refused(Reason.SEEK_OUT_OF_RANGE):
        await client("Seek", player_service_pb2.SeekRequest(guild_id=GUILD, position=Duration(seconds=11)))


async def test_a_long_list_starts_with_its_first_track_and_is_added_whole_and_once(client: Client) -> None:
    address = "https://example.org/list"
    client.world.found[address] = [track(f"{number}") for number in range(2_500)]
    request = player_service_pb2.PlayRequest(guild_id=GUILD, query=address, request_id=str(uuid.uuid4()))
    answers = [await client("Play", request) for _ in range(2)]
    for answer in answers:
        answer.applied = True

    assert answers[0] == answers[1]
    assert (answers[0].count, answers[0].place, answers[0].player.queue_length) == (2_500, 0, 2_499)
    versions = await client.pool.fetchval("SELECT count(*) FROM outbox WHERE kind = 'player.queue'")
    assert versions == 3
    assert (await client.names())[:3] == ["1", "2", "3"]


async def test_a_list_that_is_too_long_is_refused_whole(client: Client) -> None:
    address = "https://example.org/list"
    client.world.found[address] = [track("x")] * 10_001
    with refused(Reason.TOO_MANY_TRACKS):
        await client("Play", player_service_pb2.PlayRequest(guild_id=GUILD, query=address))
    assert (await client.player()).version == 0


async def test_seek_goes_forth_and_back_from_where_the_track_is(client: Client) -> None:
    await client.play("a")
    await client("Pause", player_service_pb2.PauseRequest(guild_id=GUILD))

    async def go(seconds: int) -> float:
        request = player_service_pb2.SeekRequest(guild_id=GUILD, offset=Duration(seconds=seconds))
        position = (await client("Seek", request)).player.position
        return float(position.ToMilliseconds() / 1000)

    at = await go(5)
    assert await go(3) == pytest.approx(at + 3)
    assert await go(-2) == pytest.approx(at + 1)
    assert await go(-60) == 0
    with refused(Reason.SEEK_OUT_OF_RANGE):
        await go(11)
    with refused(Reason.INVALID_ARGUMENT):
        await client("Seek", player_service_pb2.SeekRequest(guild_id=GUILD))


async def test_a_refusal_of_discord_reaches_the_caller(client: Client) -> None:
    client.rig.voice.refusal = Reason.VOICE_CHANNEL_FORBIDDEN
    with refused(Reason.VOICE_CHANNEL_FORBIDDEN):
        await client("JoinChannel", player_service_pb2.JoinChannelRequest(guild_id=GUILD))

    assert (await client.player()).voice_channel_id == 0


async def test_below_dj_only_the_own_channel_may_be_named(client: Client) -> None:
    request = player_service_pb2.JoinChannelRequest(guild_id=GUILD, voice_channel_id=CHANNEL + 1)
    with refused(Reason.FOREIGN_VOICE_CHANNEL):
        await client("JoinChannel", request, who=LISTENER)
    with refused(Reason.NOT_IN_VOICE):
        await client("JoinChannel", player_service_pb2.JoinChannelRequest(guild_id=GUILD), who=OUTSIDER)

    assert (await client("JoinChannel", request)).player.voice_channel_id == CHANNEL + 1


async def test_the_queue_is_added_to_moved_removed_from_and_cleared(client: Client) -> None:
    handles = [HANDLES.sign(track(name)) for name in "abcd"]
    request = queue_service_pb2.AddQueueItemsRequest(guild_id=GUILD, handles=handles)
    added = await client("AddQueueItems", request, who=LISTENER)
    first = added.first_item_id
    assert (added.count, added.player.status) == (4, IDLE)
    move = queue_service_pb2.MoveQueueItemRequest(guild_id=GUILD, item_id=first + 3, before_item_id=first)
    moved = await client("MoveQueueItem", move)
    move.expected_version = 1
    with refused(Reason.VERSION_STALE):
        await client("MoveQueueItem", move)
    removal = queue_service_pb2.RemoveQueueItemRequest(guild_id=GUILD, item_id=first)
    assert (await client("RemoveQueueItem", removal, who=LISTENER)).item.track.title == "a"
    with refused(Reason.ITEM_NOT_FOUND):
        await client("RemoveQueueItem", removal)
    assert (moved.player.version, await client.names()) == (2, ["d", "b", "c"])
    assert (await client("ClearQueue", queue_service_pb2.ClearQueueRequest(guild_id=GUILD))).count == 3
    assert await client.names() == []


async def test_the_queue_is_brought_into_other_orders_and_thinned_out(client: Client) -> None:
    handles = [HANDLES.sign(track(name)) for name in "cabca"]
    request = queue_service_pb2.AddQueueItemsRequest(guild_id=GUILD, handles=handles)
    first = (await client("AddQueueItems", request)).first_item_id

    await client("SortQueue", queue_service_pb2.SortQueueRequest(guild_id=GUILD))
    assert await client.names() == ["a", "a", "b", "c", "c"]
    await client("ReverseQueue", queue_service_pb2.ReverseQueueRequest(guild_id=GUILD))
    swap = queue_service_pb2.SwapQueueItemsRequest(guild_id=GUILD, item_id=first + 2, other_item_id=first)
    await client("SwapQueueItems", swap)
    assert sorted(await client.names()) == ["a", "a", "b", "c", "c"]
    shuffle = queue_service_pb2.ShuffleQueueRequest(guild_id=GUILD, keep_order_of_requesters=True)
    before = await client.names()
    await client("ShuffleQueue", shuffle)
    assert await client.names() == before  # all of one person
    removal = queue_service_pb2.RemoveQueueItemsRequest(guild_id=GUILD, duplicates=True)
    assert (await client("RemoveQueueItems", removal)).count == 2
    assert sorted(await client.names()) == ["a", "b", "c"]
    with refused(Reason.INVALID_ARGUMENT):
        await client("RemoveQueueItems", queue_service_pb2.RemoveQueueItemsRequest(guild_id=GUILD))
    shuffle.expected_version = 1
    with refused(Reason.VERSION_STALE):
        await client("ShuffleQueue", shuffle)
    with refused(Reason.LEVEL_TOO_LOW):
        await client("ReverseQueue", queue_service_pb2.ReverseQueueRequest(guild_id=GUILD), who=LISTENER)


async def test_a_jump_and_a_replay_are_heard(client: Client) -> None:
    await client.play("a", "b", "c", "d")
    items = (await client("ListQueueItems", queue_service_pb2.ListQueueItemsRequest(guild_id=GUILD))).items
    jump = queue_service_pb2.JumpToQueueItemRequest(guild_id=GUILD, item_id=items[1].item_id)
    jumped = await client("JumpToQueueItem", jump)
    assert (jumped.count, jumped.applied, jumped.player.current.track.title) == (1, True, "c")
    assert await client.names() == ["d"]
    with refused(Reason.ITEM_NOT_FOUND):
        await client("JumpToQueueItem", jump)
    replayed = await client("Replay", player_service_pb2.ReplayRequest(guild_id=GUILD))
    assert (replayed.applied, replayed.player.current.track.title) == (True, "c")
    assert (await client.player()).status == PLAYING


async def test_pages_of_the_history_follow_each_other_and_its_handles_play_again(client: Client) -> None:
    await client.play("a", "b", "c")
    for _ in range(3):
        await client("Skip", player_service_pb2.SkipRequest(guild_id=GUILD))
    seen, token = [], ""
    while True:
        request = queue_service_pb2.ListHistoryRequest(guild_id=GUILD, page_size=2, page_token=token)
        page = await client("ListHistory", request)
        seen += list(page.entries)
        token = page.next_page_token
        if not token:
            break

    assert [entry.item.track.title for entry in seen] == ["c", "b", "a"]
    assert {entry.reason for entry in seen} == {queue_service_pb2.HISTORY_REASON_SKIPPED}
    add = queue_service_pb2.AddQueueItemsRequest(guild_id=GUILD, handles=[seen[-1].item.track.handle])
    await client("AddQueueItems", add)
    assert await client.names() == ["a"]
    with refused(Reason.PAGE_TOKEN_INVALID):
        await client("ListHistory", queue_service_pb2.ListHistoryRequest(guild_id=GUILD, page_token="?"))


async def test_somebody_elses_item_stays(client: Client) -> None:
    request = queue_service_pb2.AddQueueItemsRequest(guild_id=GUILD, handles=[HANDLES.sign(track("a"))])
    item_id = (await client("AddQueueItems", request)).first_item_id
    with refused(Reason.NOT_OWN_ITEM):
        await client(
            "RemoveQueueItem", queue_service_pb2.RemoveQueueItemRequest(guild_id=GUILD, item_id=item_id), who=LISTENER
        )


async def test_pages_of_the_queue_follow_each_other(client: Client) -> None:
    handles = [HANDLES.sign(track(str(number))) for number in range(7)]
    await client("AddQueueItems", queue_service_pb2.AddQueueItemsRequest(guild_id=GUILD, handles=handles))
    seen, token = [], ""
    while True:
        request = queue_service_pb2.ListQueueItemsRequest(guild_id=GUILD, page_size=3, page_token=token)
        page = await client("ListQueueItems", request)
        seen += [item.track.title for item in page.items]
        token = page.next_page_token
        if not token:
            break
    assert seen == [str(number) for number in range(7)]
    with refused(Reason.PAGE_TOKEN_INVALID):
        await client("ListQueueItems", queue_service_pb2.ListQueueItemsRequest(guild_id=GUILD, page_token="?"))


async def test_watching_shows_each_change_with_rising_versions_and_can_be_resumed(client: Client) -> None:
    stream = client.watch()
    first = await stream.read()
    assert (first.change, first.player.status) == (player_service_pb2.PLAYER_CHANGE_SNAPSHOT, IDLE)
    await client.play("a", "b")
    await client("Pause", player_service_pb2.PauseRequest(guild_id=GUILD))
    messages = [await stream.read() for _ in range(3)]
    assert [message.version for message in messages] == [1, 2, 3]
    assert messages[-1].player.status == PAUSED
    assert len(messages[-1].player.allowed_actions) == len(Action)
    stream.cancel()

    again = client.watch(from_version=1)
    resumed = [await again.read() for _ in range(2)]
    assert [message.version for message in resumed] == [2, 3]
    assert resumed[1].player.current == messages[-1].player.current
    client.rig.watching.close()
    last = await again.read()
    assert last.end.reason == player_service_pb2.STREAM_END_REASON_MOVED


async def test_an_unknown_guild_is_not_found_on_every_method(client: Client) -> None:
    for method, request in (
        ("GetPlayer", player_service_pb2.GetPlayerRequest(guild_id=1)),
        ("Pause", player_service_pb2.PauseRequest(guild_id=1)),
        ("ListQueueItems", queue_service_pb2.ListQueueItemsRequest(guild_id=1)),
    ):
        with refused(Reason.GUILD_NOT_FOUND):
            await client(method, request)


async def test_search_and_nodes_are_shown(client: Client) -> None:
    found = await client("SearchTracks", catalog_service_pb2.SearchTracksRequest(query="words", source="local"))
    assert [HANDLES.verify(each.handle).title for each in found.tracks] == ["words"]
    operator = actor_pb2.Actor(user_id=1, surface=actor_pb2.SURFACE_API, scopes=["operator"], operator=True)
    stub = node_service_pb2_grpc.NodeServiceStub(client.channel)
    nodes = await stub.ListNodes(node_service_pb2.ListNodesRequest(), metadata=from_peer("edge", operator))

    assert [(node.name, node.connected) for node in nodes.nodes] == [("one", True)]


async def test_a_list_that_is_found_on_request_is_played_by_its_query(client: Client) -> None:
    album = TrackList(TrackListKind.ALBUM, "The Alphabet" * 30, "A. Nybody", "localalbum:The Alphabet", "", 2)
    client.world.lists["alphabet"] = [album]
    client.world.found[album.query] = [track("a"), track("b")]
    search = catalog_service_pb2.SearchTracksRequest(query="alphabet")
    assert not (await client("SearchTracks", search)).lists
    search.include_lists = True
    (found,) = (await client("SearchTracks", search)).lists
    await client("Play", player_service_pb2.PlayRequest(guild_id=GUILD, query=found.query))

    assert (found.kind, found.title) == (catalog_service_pb2.TRACK_LIST_KIND_ALBUM, album.title[:256])
    assert (found.author, found.track_count) == ("A. Nybody", 2)
    assert (await client.player()).current.track.title == "a"
    assert await client.names() == ["b"]
    search.query = found.query
    assert not (await client("SearchTracks", search)).lists


async def test_a_snapshot_from_gateway_is_kept(client: Client) -> None:
    await client("JoinChannel", player_service_pb2.JoinChannelRequest(guild_id=GUILD, voice_channel_id=CHANNEL))
    server = voice_pb2.VoiceServer(endpoint="voice:443", token="token")
    people = [voice_pb2.Listener(user_id=1), voice_pb2.Listener(user_id=2, deaf=True)]
    snapshot = voice_pb2.VoiceSnapshot(
        guild_id=GUILD, sequence=5, channel_id=CHANNEL, session_id="s", server=server, listeners=people
    )
    request = voice_event_service_pb2.ReportVoiceRequest(guild_id=GUILD, snapshot=snapshot)
    stub = voice_event_service_pb2_grpc.VoiceEventServiceStub(client.channel)
    await stub.ReportVoice(request, metadata=from_peer("gateway"))

    kept = await client.rig.store.take_voice(GUILD)
    assert kept
    assert (kept.sequence, kept.token, kept.listeners, kept.deaf) == (5, "token", (1, 2), (2,))


async def test_each_command_leaves_one_outbox_row_under_its_version(client: Client) -> None:
    await client.play("a", "b")
    await client("ClearQueue", queue_service_pb2.ClearQueueRequest(guild_id=GUILD))
    async with transaction(client.pool) as tx:
        rows = await tx.fetch("SELECT version, kind FROM outbox WHERE guild_id = $1 ORDER BY version", GUILD)

    assert [tuple(row) for row in rows] == [(1, "player.playback"), (2, "player.playback"), (3, "player.queue")]


async def test_the_end_of_a_track_is_told_once_with_how_far_it_came(client: Client) -> None:
    await client.play("a", "b")
    await client("Seek", player_service_pb2.SeekRequest(guild_id=GUILD, position=Duration(seconds=7)))
    await client("Skip", player_service_pb2.SkipRequest(guild_id=GUILD))
    listed = await client("ListHistory", queue_service_pb2.ListHistoryRequest(guild_id=GUILD))
    async with transaction(client.pool) as tx:
        rows = await tx.fetch("SELECT payload FROM outbox WHERE guild_id = $1 AND kind = 'history.entry'", GUILD)

    (ended,) = [idempotency.unpack(row["payload"]) for row in rows]
    assert isinstance(ended, queue_service_pb2.TrackEnded)
    assert [ended.entry] == list(listed.entries)
    assert ended.heard.ToSeconds() >= 7
