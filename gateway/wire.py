"""Between the contract's messages and gateway's own values: pure functions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from google.protobuf.timestamp_pb2 import Timestamp

from gateway.domain.cards.community import Song
from gateway.domain.community import Amount, Schedule, Stats, TopTrack
from gateway.domain.flag import Flag
from gateway.domain.guild import ChannelKind
from gateway.domain.importing import Import
from gateway.domain.lastfm import Linked
from gateway.domain.panel import Deed
from gateway.domain.player import Added, Edit, Item, Lyrics, Pick, Played, Player, Status, Track
from gateway.domain.playlist import Brought, Kept, Playlist
from gateway.domain.preferences import Preferences
from gateway.domain.text import is_visible
from kit.durations import from_seconds
from kit.errors import Reason, Refused
from segue.api.v1 import playlist_pb2, settings_pb2
from segue.audio.v1 import filters_pb2, player_pb2, player_service_pb2, queue_service_pb2
from segue.common.v1 import actor_pb2, voice_pb2
from segue.gateway.v1 import guild_service_pb2, shard_service_pb2
from segue.worker.v1 import job_service_pb2, schedule_service_pb2

if TYPE_CHECKING:
    from gateway.domain.guild import Channel, Guild
    from gateway.domain.interaction import Person
    from gateway.domain.player import Change
    from gateway.domain.shard import Shard
    from gateway.domain.voice import Snapshot
    from segue.api.v1 import flag_pb2, playlist_service_pb2, preferences_pb2
    from segue.audio.v1 import catalog_service_pb2
    from segue.gateway.v1 import message_service_pb2, panel_service_pb2
    from segue.worker.v1 import import_service_pb2, lastfm_service_pb2, stats_service_pb2

    _Played = (
        stats_service_pb2.Stats
        | stats_service_pb2.TrackStats
        | stats_service_pb2.ArtistStats
        | stats_service_pb2.ListenerStats
    )

_STATUS = {
    player_pb2.PLAYER_STATUS_CONNECTING: Status.CONNECTING,
    player_pb2.PLAYER_STATUS_PLAYING: Status.PLAYING,
    player_pb2.PLAYER_STATUS_PAUSED: Status.PAUSED,
}
_KIND = {
    ChannelKind.TEXT: guild_service_pb2.CHANNEL_KIND_TEXT,
    ChannelKind.VOICE: guild_service_pb2.CHANNEL_KIND_VOICE,
    ChannelKind.STAGE: guild_service_pb2.CHANNEL_KIND_STAGE,
}
_NANOS = 1_000_000_000
_BANDS = 15  # of an equalizer
_NO_TITLE = "?"


class Decided(Protocol):
    """The answer to a command that may have been a vote."""

    votes_missing: int

    @property
    def player(self) -> player_pb2.Player:
        """The player as the command left it."""


def actor(person: Person) -> actor_pb2.Actor:
    """Make the actor of an interaction."""
    return actor_pb2.Actor(user_id=person.user_id, surface=actor_pb2.SURFACE_DISCORD, member=member(person))


def member(person: Person) -> actor_pb2.Member:
    """Encode the facts about a member."""
    return actor_pb2.Member(
        guild_id=person.guild_id,
        user_id=person.user_id,
        display_name=person.display_name[:100],
        roles=[actor_pb2.Role(id=role.id, name=role.name) for role in person.roles],
        permissions=person.permissions,
        owner=person.owner,
        voice_channel_id=person.voice_channel_id,
    )


def guild(known: Guild) -> guild_service_pb2.Guild:
    """Encode a guild."""
    return guild_service_pb2.Guild(
        guild_id=known.id,
        name=known.name,
        owner_id=known.owner_id,
        member_count=known.member_count,
        icon_uri=known.icon_uri,
    )


def channel(known: Channel) -> guild_service_pb2.Channel:
    """Encode a channel."""
    return guild_service_pb2.Channel(channel_id=known.id, name=known.name, kind=_KIND[known.kind])


def preferences(message: preferences_pb2.Preferences) -> Preferences:
    """Decode what a person chose."""
    return Preferences(
        language=message.language,
        private_answers=message.private_answers,
        default_source=message.default_source,
        keep_history=message.keep_history,
    )


def panel_buttons(message: settings_pb2.GuildSettings) -> tuple[str, ...]:
    """Decode the buttons of the panel, by their names in small letters."""
    known = settings_pb2.PanelButton.values()  # a later release of api may know more of them
    names = [settings_pb2.PanelButton.Name(button) for button in message.panel_buttons if button in known]
    return tuple(name.removeprefix("PANEL_BUTTON_").lower() for name in names)


def flag(message: flag_pb2.Flag) -> Flag:
    """Decode where a feature is on."""
    return Flag(message.name, message.percent, frozenset(message.on_in), frozenset(message.off_in))


def shard(known: Shard) -> shard_service_pb2.Shard:
    """Encode a shard."""
    connected, connecting = shard_service_pb2.SHARD_STATUS_CONNECTED, shard_service_pb2.SHARD_STATUS_CONNECTING
    return shard_service_pb2.Shard(
        shard_id=known.id,
        status=connected if known.connected else connecting,
        guilds=known.guilds,
        latency=None if known.latency is None else from_seconds(known.latency),
        instance=known.instance,
    )


def player(message: player_pb2.Player) -> Player:
    """Decode a player."""
    return Player(
        status=_STATUS.get(message.status, Status.IDLE),
        voice_channel_id=message.voice_channel_id,
        current=item(message.current) if message.HasField("current") else None,
        position=message.position.ToTimedelta().total_seconds(),
        position_time=message.position_time.ToNanoseconds() / _NANOS,
        speed=message.speed,
        queue_length=message.queue_length,
        queue_duration=message.queue_duration.ToTimedelta().total_seconds(),
        version=message.version,
        volume=message.volume,
        loop_mode=player_pb2.LoopMode.Name(message.loop_mode).removeprefix("LOOP_MODE_"),
        loop_count=message.loop_count,
        filters=_filters(message.filters),
        saved_filters=tuple(message.saved_filters),
        votes=message.vote_count,
        listeners=message.listener_count,
        autoplay=message.autoplay,
        returnable=message.returnable_count,
        dj_id=message.dj_user_id,
    )


def decided(answer: Decided) -> Player:
    """Decode the player in the answer to a command that may have been a vote."""
    return replace(player(answer.player), votes_missing=answer.votes_missing)


def _filters(message: filters_pb2.Filters) -> tuple[str, ...]:
    presets = [filters_pb2.FilterPreset.Name(one).removeprefix("FILTER_PRESET_") for one in message.presets]
    return (*presets, *(field.name.upper() for field, _ in message.ListFields() if field.name != "presets"))


def change(guild_id: int, wanted: Change, request_id: str) -> player_service_pb2.UpdatePlayerRequest:
    """Encode how a player is to play."""
    mode = wanted.loop_mode
    return player_service_pb2.UpdatePlayerRequest(
        guild_id=guild_id,
        loop_mode=player_pb2.LoopMode.Value(f"LOOP_MODE_{mode}") if mode else None,
        loop_count=wanted.loop_count,
        volume=wanted.volume,
        filters=_wanted_filters(wanted),
        saved_filters=wanted.saved_filters,
        autoplay=wanted.autoplay,
        request_id=request_id,
    )


def _wanted_filters(wanted: Change) -> filters_pb2.Filters | None:
    if wanted.speed is not None:
        timescale = filters_pb2.Timescale(speed=wanted.speed / 100, pitch=wanted.pitch / 100)
        return filters_pb2.Filters(timescale=timescale)
    if wanted.tones is not None:
        return filters_pb2.Filters(equalizer=_bands(wanted.tones))
    if wanted.preset is None:
        return None
    presets = [filters_pb2.FilterPreset.Value(f"FILTER_PRESET_{wanted.preset}")] if wanted.preset else []
    return filters_pb2.Filters(presets=presets)


def _bands(tones: tuple[int, int, int]) -> list[filters_pb2.EqualizerBand]:
    """Spread bass, middle and treble over the bands, a third of them each."""
    gains = [(10 ** (decibels / 20) - 1) / 4 for decibels in tones for _ in range(_BANDS // len(tones))]
    return [filters_pb2.EqualizerBand(band=band, gain=gain) for band, gain in enumerate(gains) if gain]


def added(message: player_service_pb2.PlayResponse) -> Added:
    """Decode what a request to play added."""
    return Added(
        player(message.player),
        item(message.item),
        message.count,
        message.place,
        message.starts_in.ToTimedelta().total_seconds(),
        message.left_out,
    )


def edit(message: queue_service_pb2.QueueEdit) -> Edit:
    """Decode an edit of a queue."""
    kind = queue_service_pb2.QueueEditKind.Name(message.kind).removeprefix("QUEUE_EDIT_KIND_")
    return Edit(kind, message.user_id, message.count)


def lyrics(message: catalog_service_pb2.Lyrics) -> Lyrics:
    """Decode lyrics."""
    starts = [line.start.ToTimedelta().total_seconds() for line in message.lines] if message.synced else []
    return Lyrics(message.item_id, message.provider, [line.text for line in message.lines], starts)


def deed(message: panel_service_pb2.Deed) -> Deed | None:
    """Decode what a person did; None: nothing."""
    return Deed(message.user_id, message.method) if message.user_id else None


def item(message: player_pb2.QueueItem) -> Item:
    """Decode an item of a queue."""
    pick = _pick(message.pick) if message.HasField("pick") else None
    return Item(message.item_id, track(message.track), message.requester_id, pick)


def _pick(message: player_pb2.AutoplayPick) -> Pick:
    reason = player_pb2.AutoplayReason.Name(message.reason).removeprefix("AUTOPLAY_REASON_")
    return Pick(reason, message.because, message.playlist_gone)


def played(message: queue_service_pb2.HistoryEntry) -> Played:
    """Decode an entry of a history."""
    reason = queue_service_pb2.HistoryReason.Name(message.reason).removeprefix("HISTORY_REASON_")
    return Played(item(message.item), message.ended_at.ToNanoseconds() / _NANOS, reason)


def track(message: player_pb2.Track) -> Track:
    """Decode a track. One has to see something of its title."""
    length = message.length.ToTimedelta().total_seconds() if message.HasField("length") else None
    title, author, album = (text if is_visible(text) else "" for text in (message.title, message.author, message.album))
    fields = (message.uri, message.artwork_uri, album, message.handle, message.source)
    return Track(title or _NO_TITLE, author, length, *fields)


def track_import(message: import_service_pb2.TrackImport) -> Import:
    """Decode how far an import is."""
    error = message.error
    return Import(
        message.import_id,
        job_service_pb2.JobStatus.Name(message.status).removeprefix("JOB_STATUS_"),
        message.total,
        message.done,
        message.added,
        message.left_out,
        message.missed,
        list(message.missed_lines),
        Refused(Reason(error.reason), **error.metadata) if error.reason else None,
    )


def schedule(message: schedule_service_pb2.Schedule) -> Schedule:
    """Decode a schedule."""
    error = message.error
    return Schedule(
        message.schedule_id,
        schedule_service_pb2.ScheduleKind.Name(message.kind).removeprefix("SCHEDULE_KIND_"),
        message.channel_id,
        message.text,
        message.time_of_day,
        message.time_zone,
        message.next_time.ToNanoseconds() / _NANOS if message.enabled else None,
        Refused(Reason(error.reason), **error.metadata) if error.reason else None,
    )


def stats(message: stats_service_pb2.Stats) -> Stats:
    """Decode statistics."""
    return Stats(
        _amount(message),
        message.track_count,
        [TopTrack(one.title, one.author, one.uri, _amount(one)) for one in message.tracks],
        [(one.author, _amount(one)) for one in message.artists],
        [(one.user_id, _amount(one)) for one in message.listeners],
    )


def _amount(message: _Played) -> Amount:
    return Amount(message.plays, message.heard.ToTimedelta().total_seconds())


def lastfm(message: lastfm_service_pb2.LastfmLink) -> Linked:
    """Decode an account at last.fm."""
    return Linked(message.name, message.linked_at.ToNanoseconds() / _NANOS)


def linked(
    answer: lastfm_service_pb2.GetLastfmLinkResponse | lastfm_service_pb2.DeleteLastfmLinkResponse,
) -> Linked | None:
    """Decode the account in an answer; None: there is none."""
    return lastfm(answer.link) if answer.HasField("link") else None


def song(message: message_service_pb2.SendMessageRequest) -> Song | None:
    """Decode the song of a message; None: it has none."""
    found = message.song
    return Song(found.title, found.author, found.uri, found.plays) if message.HasField("song") else None


def playlist(message: playlist_pb2.Playlist) -> Playlist:
    """Decode a playlist. One has to see something of its name, as of a title."""
    return Playlist(
        message.playlist_id,
        message.name if is_visible(message.name) else _NO_TITLE,
        message.kind == playlist_pb2.PLAYLIST_KIND_FAVORITES,
        message.guild_id,
        message.owner_id,
        message.item_count,
        message.length.ToTimedelta().total_seconds(),
        message.changeable,
    )


def kept(message: playlist_pb2.PlaylistItem) -> Kept:
    """Decode a track of a playlist."""
    return Kept(message.item_id, track(message.track))


def brought(message: playlist_service_pb2.ImportPlaylistResponse) -> Brought:
    """Decode what came of an import into a playlist."""
    return Brought(playlist(message.playlist), message.count, message.missed, list(message.missed_lines))


def snapshot(voice: Snapshot) -> voice_pb2.VoiceSnapshot:
    """Encode a voice snapshot."""
    taken_at = Timestamp()
    taken_at.FromNanoseconds(int(voice.taken_at * _NANOS))
    told = voice.server
    server = voice_pb2.VoiceServer(endpoint=told.endpoint, token=told.token) if told else None
    return voice_pb2.VoiceSnapshot(
        guild_id=voice.guild_id,
        sequence=voice.sequence,
        taken_at=taken_at,
        channel_id=voice.channel_id,
        session_id=voice.session_id,
        server=server,
        listeners=[voice_pb2.Listener(user_id=one.user_id, deaf=one.deaf) for one in voice.listeners],
    )
