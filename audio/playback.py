"""Commands to the player: each decides what is wanted, inside one change."""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

from audio import editing, voting
from audio.domain import player as players
from audio.domain import policy
from audio.domain.endings import FAILURES_PER_MINUTE, Ending, EndReason
from audio.domain.filters import SAVED
from audio.domain.player import ChangeKind, Item, LoopMode, Update
from audio.domain.policy import Action
from audio.editing import Placement
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audio.changes import Change
    from audio.domain.course import Course
    from audio.domain.filters import Filters
    from audio.domain.player import Handed, Player
    from audio.domain.policy import Caller
    from audio.domain.track import Track
    from audio.editing import Added

    Decision = tuple[Player, int]
    """The player, and how many votes are missing; zero: it was done."""


async def join(change: Change, caller: Caller, named_channel: int) -> Player:
    """Want the bot in a voice channel."""
    channel = policy.channel_for(caller, named_channel)
    policy.require(Action.JOIN, replace(caller, voice_channel_id=channel), change.player)
    return await change.save(players.summoned(change.player, channel, caller.user_id), ChangeKind.VOICE, wake=True)


async def leave(change: Change, caller: Caller) -> Decision:
    """Want silence, an empty queue and no voice channel."""
    if missing := await voting.ballot(change, Action.LEAVE, caller):
        return change.player, missing
    return await send_away(change, EndReason.STOPPED, caller.user_id), 0


async def send_away(change: Change, reason: EndReason, user_id: int = 0) -> Player:
    """Stop, clear and leave, whoever wants it; `user_id` zero: nobody known."""
    silent = await _silence(change, Ending(reason), user_id)
    return await change.save(players.dismissed(silent), ChangeKind.VOICE, wake=True)


async def play(
    change: Change,
    caller: Caller,
    wanted: Sequence[Item],
    named_channel: int,
    placement: Placement = Placement.END,
    *,
    unfinished: bool = False,
) -> Added:
    """Add tracks; if nothing plays, or they are to play now, start the first in the bot's or the caller's channel.

    `unfinished`: the rest follows, by `queueing.add_rest`.
    """
    before = change.player
    channel = before.voice_channel_id or policy.channel_for(caller, named_channel)
    policy.require(Action.PLAY, replace(caller, voice_channel_id=channel), before)
    interrupts = placement is Placement.NOW and before.current is not None
    if interrupts:
        policy.require_no_vote(caller, before)
    starts = interrupts or not before.current
    added = await editing.put(change, caller, wanted, placement, starts=starts, unfinished=unfinished)
    player = players.summoned(added.player, channel, caller.user_id)
    if not starts:
        return replace(added, player=await change.save(player, ChangeKind.QUEUE))
    player = await _next(change, player)
    if interrupts:
        player = await _put_back(change, player, before)
    player = await change.save(player, ChangeKind.PLAYBACK, wake=True)
    starts_in_ms = 0 if interrupts else added.starts_in_ms
    return replace(added, player=player, place=added.place - 1, starts_in_ms=starts_in_ms)


async def transfer_dj(change: Change, caller: Caller, user_id: int) -> Player:
    """Let somebody else who listens be the DJ of the session."""
    policy.require(Action.TRANSFER_DJ, caller, change.player)
    policy.require_successor(change.player, user_id)
    return await change.save(replace(change.player, dj_id=user_id), ChangeKind.DJ)


async def pause(change: Change, caller: Caller) -> Decision:
    """Let the current track wait."""
    if missing := await voting.ballot(change, Action.PAUSE, caller):
        return change.player, missing
    player = players.paused(change.player, change.now, wait=True)
    return await change.save(player, ChangeKind.PLAYBACK, wake=True), 0


async def resume(change: Change, caller: Caller) -> Decision:
    """Go on with the paused track."""
    if missing := await voting.ballot(change, Action.RESUME, caller):
        return change.player, missing
    player = players.paused(change.player, change.now, wait=False)
    return await change.save(player, ChangeKind.PLAYBACK, wake=True), 0


async def stop(change: Change, caller: Caller) -> Decision:
    """Want silence and an empty queue; stay in the channel."""
    if missing := await voting.ballot(change, Action.STOP, caller):
        return change.player, missing
    player = await _silence(change, Ending(EndReason.STOPPED), caller.user_id)
    return await change.save(player, ChangeKind.PLAYBACK, wake=True), 0


async def skip(change: Change, caller: Caller, item_id: int) -> tuple[Player, Item | None, int]:
    """Go on to the next track, or vote for it; return the skipped one, or how many votes are missing.

    `item_id`: the one the caller saw, zero: any.
    """
    skipped = change.player.current
    if item_id and skipped and item_id != skipped.item_id:
        raise Refused(Reason.ITEM_NOT_FOUND)
    if missing := await voting.ballot(change, Action.SKIP, caller):
        return change.player, None, missing
    player = await recorded(change, change.player, Ending(EndReason.SKIPPED))
    return await change.save(await _after(change, player), ChangeKind.PLAYBACK, wake=True), skipped, 0


async def previous(change: Change, caller: Caller, item_id: int = 0) -> Decision:
    """Go back to the track that was played before; the current one comes after it, from its start.

    `item_id`: the one the caller saw, zero: any.
    """
    before = change.player
    if item_id and (before.current is None or before.current.item_id != item_id):
        raise Refused(Reason.ITEM_NOT_FOUND)
    if missing := await voting.ballot(change, Action.PREVIOUS, caller):
        return change.player, missing
    earlier = await change.last_played()
    if earlier is None:
        raise Refused(Reason.NOTHING_BEFORE)
    items = [earlier, *([before.current] if before.current else ())]
    await change.insert(items, first=True)
    channel = before.voice_channel_id or policy.channel_for(caller, 0)
    player = players.summoned(players.grown(before, items), channel, caller.user_id)
    player = replace(player, returnable=before.returnable - 1)
    return await change.save(await _next(change, player), ChangeKind.PLAYBACK, wake=True), 0


async def jump(change: Change, caller: Caller, item_id: int, expected_version: int) -> tuple[Player, int]:
    """Play an item of the queue at once; return how many items before it are skipped with the current track."""
    before = change.player
    policy.require_version(before, expected_version)
    policy.require(Action.QUEUE_JUMP, caller, before)
    items = await change.items()
    ahead = list(takewhile(lambda item: item.item_id != item_id, items))
    if len(ahead) == len(items):
        raise Refused(Reason.ITEM_NOT_FOUND)
    player = await recorded(change, before, Ending(EndReason.SKIPPED))
    channel = before.voice_channel_id or policy.channel_for(caller, 0)
    player = await editing.take_out(change, player, caller.user_id, ahead)
    player = players.summoned(player, channel, caller.user_id)
    return await change.save(await _next(change, player), ChangeKind.PLAYBACK, wake=True), len(ahead)


async def put_instead(
    change: Change, caller: Caller, item_id: int, track: Track, expected_version: int
) -> tuple[Player, Item]:
    """Put a track in the place of an item that is the wrong song; the current one counts as not heard."""
    before = change.player
    policy.require_version(before, expected_version)
    is_current = before.current is not None and before.current.item_id == item_id
    item = before.current if is_current else await change.item(item_id)
    if item is None:
        raise Refused(Reason.ITEM_NOT_FOUND)
    policy.require_removable(caller, item, before)
    await editing.require_welcome(change, track, item)
    wanted = Item(0, track, item.requester_id or caller.user_id)
    if not is_current:
        player, wanted = await editing.put_instead(change, caller.user_id, item, wanted)
        return await change.save(player, ChangeKind.QUEUE), wanted
    new_id = await change.insert([wanted], first=True)
    player = await _next(change, players.grown(before, [wanted]))
    return await change.save(player, ChangeKind.PLAYBACK, wake=True), replace(wanted, item_id=new_id)


async def replay(change: Change, caller: Caller) -> Decision:
    """Begin the current track anew."""
    if missing := await voting.ballot(change, Action.REPLAY, caller):
        return change.player, missing
    player = players.begun(change.player, change.player.current, change.now)
    return await change.save(player, ChangeKind.PLAYBACK, wake=True), 0


async def seek(change: Change, caller: Caller, to_ms: int, *, relative: bool = False) -> Player:
    """Move within the current track; `relative`: from where it is, before its start is its start."""
    policy.require(Action.SEEK, caller, change.player)
    position_ms = max(0, change.player.position(change.now) + to_ms) if relative else to_ms
    policy.require_seekable(change.player, position_ms)
    player = players.sought(change.player, position_ms, change.now)
    return await change.save(player, ChangeKind.PLAYBACK, wake=True)


async def update(change: Change, caller: Caller, wanted: Update) -> Player:
    """Change how the player plays."""
    _check(wanted)
    policy.require(Action.LOOP, caller, change.player)
    if wanted.saved_filters is not None:
        wanted = replace(wanted, filters=_saved(change.player, wanted.saved_filters))
    player = players.updated(change.player, wanted, change.now)
    return await change.save(player, ChangeKind.PLAYBACK, wake=player.sound != change.player.sound)


async def save_filters(change: Change, caller: Caller, name: str) -> Player:
    """Save the filters under a name, in place of what had it."""
    player = change.player
    policy.require(Action.FILTERS, caller, player)
    if not player.filters:
        raise Refused(Reason.NOTHING_TO_SAVE)
    saved = {**player.saved_filters, name: player.filters}
    if len(saved) > SAVED:
        raise Refused(Reason.TOO_MANY_SAVED, limit=str(SAVED))
    return await change.save(replace(player, saved_filters=saved), ChangeKind.PLAYBACK)


async def delete_saved_filters(change: Change, caller: Caller, name: str) -> Player:
    """Forget saved filters."""
    player = change.player
    policy.require(Action.FILTERS, caller, player)
    _saved(player, name)
    saved = {known: filters for known, filters in player.saved_filters.items() if known != name}
    return await change.save(replace(player, saved_filters=saved), ChangeKind.PLAYBACK)


async def advance(change: Change, play_seq: int, ending: Ending, handed: Handed | None = None) -> Player | None:
    """Go on after the end of the track that was started as `play_seq`; None: it is not the current one any more.

    `handed`: the track that its node has begun behind it; what comes next is that one, unless there was an edit since.
    Too many failures within a minute stop the player: what is left in the queue waits for somebody to look at it.
    """
    before = change.player
    if before.play_seq != play_seq or before.current is None:
        return None
    player = await recorded(change, before, ending)
    if ending.reason is not EndReason.FAILED:
        repeats = player.loop_mode is LoopMode.TRACK
        player = players.repeated(player, change.now) if repeats else await _after(change, player)
        player = players.taken_over(player, before, handed)
        return await change.save(player, ChangeKind.PLAYBACK, wake=True)
    if await change.failures() >= FAILURES_PER_MINUTE:
        player = players.begun(player, None, change.now)
    else:
        player = await _next(change, player)
    return await change.save(player, ChangeKind.TRACK_FAILED, wake=True)


def _check(wanted: Update) -> None:
    fields = {}
    if wanted == Update():
        fields["loop_mode"] = "at least one field has to be given"
    if wanted.loop_count and wanted.loop_mode is not LoopMode.TRACK:
        fields["loop_count"] = "it goes with LOOP_MODE_TRACK only"
    if wanted.saved_filters is not None and wanted.filters is not None:
        fields["saved_filters"] = "it does not go with filters"
    if fields:
        raise Refused(Reason.INVALID_ARGUMENT, fields=fields)


def _saved(player: Player, name: str) -> Filters:
    if name not in player.saved_filters:
        raise Refused(Reason.SAVED_FILTERS_NOT_FOUND)
    return player.saved_filters[name]


async def suggest(change: Change, play_seq: int, item: Item, course: Course) -> None:
    """Put what was picked into the queue, if the track it was picked for is still the last one, and keep the course.

    What was picked in place of one that could not be played begins at once, unless too much has failed.
    """
    before = change.player
    if before.play_seq != play_seq or not (before.is_lonely or before.is_stranded):
        return
    if before.is_stranded and await change.failures() >= FAILURES_PER_MINUTE:
        return
    await change.insert([item])
    player = replace(players.grown(before, [item]), course=course)
    if before.is_lonely:
        await change.save(player, ChangeKind.QUEUE)
    else:
        await change.save(await _next(change, player), ChangeKind.PLAYBACK, wake=True)


async def _after(change: Change, player: Player) -> Player:
    """Go on from a current track that was played or skipped: where the queue loops, it is put to the end."""
    played = player.current
    if played and player.loop_mode is LoopMode.QUEUE:
        await change.insert([played])
        player = players.grown(player, [played])
    return await _next(change, player)


async def _next(change: Change, player: Player) -> Player:
    item = await change.pop()
    return players.begun(players.shrunk(player, [item]) if item else player, item, change.now)


async def _put_back(change: Change, player: Player, before: Player) -> Player:
    """Let what was interrupted come next, from where it was."""
    assert before.current
    interrupted = replace(before.current, start_ms=before.position(change.now))
    await change.insert([interrupted], first=True)
    return players.grown(player, [interrupted])


async def recorded(change: Change, player: Player, ending: Ending) -> Player:
    """Write the end of the current track, if there is one, into the history."""
    if player.current is None:
        return player
    await change.record(player.current, ending)
    return player if ending.reason is EndReason.FAILED else replace(player, returnable=player.returnable + 1)


async def _silence(change: Change, ending: Ending, user_id: int) -> Player:
    player = await recorded(change, change.player, ending)
    return players.begun(await editing.clear(change, player, user_id), None, change.now)
