"""What worker means, as messages."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from datetime import UTC, time
from typing import TYPE_CHECKING, Any

from google.protobuf.struct_pb2 import Struct
from google.protobuf.timestamp_pb2 import Timestamp
from google.rpc import error_details_pb2

from kit.durations import from_ms
from kit.errors import DOMAIN, Reason
from segue.audio.v1 import player_pb2, queue_service_pb2
from segue.worker.v1 import (
    import_service_pb2,
    job_service_pb2,
    lastfm_service_pb2,
    schedule_service_pb2,
    stats_service_pb2,
)
from worker.domain.imports import Progress, Wish
from worker.domain.job import Status
from worker.domain.schedule import Plan, ScheduleKind
from worker.domain.stats import Ended, Period, Song

if TYPE_CHECKING:
    from datetime import datetime

    from segue.common.v1 import event_service_pb2
    from worker.domain import job as jobs
    from worker.domain.schedule import Schedule
    from worker.domain.scrobble import Link
    from worker.domain.stats import Amount, Stats


def job(found: jobs.Job) -> job_service_pb2.Job:
    """Return a job as the contract has it."""
    result = Struct()
    result.update(found.result)
    return job_service_pb2.Job(
        job_id=found.job_id,
        kind=found.kind,
        status=_status(found),
        attempts=found.attempts,
        created_at=_time(found.created_at),
        started_at=_time(found.started_at),
        finished_at=_time(found.finished_at),
        result=result if found.result else None,
        error=found.error,
    )


def wish(request: import_service_pb2.StartImportRequest) -> Wish:
    """Return what is asked for; without a placement, it is put at the end."""
    name = player_pb2.Placement.Name(request.placement) if request.placement else "PLACEMENT_END"
    return Wish(list(request.lines), request.source, name.removeprefix("PLACEMENT_"))


def track_import(found: jobs.Job) -> import_service_pb2.TrackImport:
    """Return an import as the contract has it."""
    progress = Progress(**found.result)
    return import_service_pb2.TrackImport(
        import_id=found.job_id,
        guild_id=found.guild_id,
        requester_id=found.user_id,
        status=_status(found),
        total=progress.total,
        done=progress.done,
        added=progress.added,
        left_out=progress.left_out,
        missed=progress.missed,
        missed_lines=progress.missed_lines,
        error=_error(progress) if found.status is Status.FAILED else None,
        created_at=_time(found.created_at),
        finished_at=_time(found.finished_at),
    )


def ended(event: event_service_pb2.Event) -> Ended | None:
    """Return what an event of audio tells of a track that has ended, if it tells of one."""
    message = queue_service_pb2.TrackEnded()
    if not event.payload.Unpack(message):
        return None
    entry = message.entry
    track = entry.item.track
    return Ended(
        guild_id=event.guild_id,
        user_id=entry.item.requester_id,
        song=Song(track.title, track.author, track.uri),
        ended_at=entry.ended_at.ToDatetime(UTC),
        reason=queue_service_pb2.HistoryReason.Name(entry.reason).removeprefix("HISTORY_REASON_"),
        heard_ms=message.heard.ToMilliseconds(),
        album=track.album,
        length_ms=track.length.ToMilliseconds() if track.HasField("length") else None,
        picked=entry.item.HasField("pick"),
        listener_ids=tuple(message.listener_ids),
    )


def period(given: stats_service_pb2.StatsPeriod.ValueType) -> Period:
    """Return how far to look back; unless it is said, to the first track."""
    name = stats_service_pb2.StatsPeriod.Name(given or stats_service_pb2.STATS_PERIOD_ALL)
    return Period[name.removeprefix("STATS_PERIOD_")]


def stats(found: Stats) -> stats_service_pb2.Stats:
    """Return statistics as the contract has them."""
    return stats_service_pb2.Stats(
        track_count=found.songs,
        tracks=[stats_service_pb2.TrackStats(**asdict(song), **_amount(amount)) for song, amount in found.top_songs],
        artists=[stats_service_pb2.ArtistStats(author=name, **_amount(amount)) for name, amount in found.top_artists],
        listeners=[stats_service_pb2.ListenerStats(user_id=who, **_amount(amount)) for who, amount in found.top_people],
        **_amount(found.total),
    )


def _amount(found: Amount) -> dict[str, Any]:
    return {"plays": found.plays, "heard": from_ms(found.heard_ms)}


def plan(request: schedule_service_pb2.CreateScheduleRequest) -> Plan:
    """Return what is to be posted where and when."""
    name = schedule_service_pb2.ScheduleKind.Name(request.kind).removeprefix("SCHEDULE_KIND_")
    time_of_day = time.fromisoformat(request.time_of_day)
    return Plan(ScheduleKind[name], request.channel_id, request.text, time_of_day, request.time_zone)


def changed(known: Plan, request: schedule_service_pb2.UpdateScheduleRequest) -> Plan:
    """Return a plan with what is present in a request."""
    given = {field.name: value for field, value in request.ListFields()}
    if "time_of_day" in given:
        given["time_of_day"] = time.fromisoformat(request.time_of_day)
    kept = {field.name for field in fields(Plan)}
    return replace(known, **{name: value for name, value in given.items() if name in kept})


def schedule(found: Schedule) -> schedule_service_pb2.Schedule:
    """Return a schedule as the contract has it."""
    known = found.plan
    return schedule_service_pb2.Schedule(
        schedule_id=found.schedule_id,
        guild_id=found.guild_id,
        kind=schedule_service_pb2.ScheduleKind.Value(f"SCHEDULE_KIND_{known.kind.name}"),
        channel_id=known.channel_id,
        text=known.text,
        time_of_day=f"{known.time_of_day:%H:%M}",
        time_zone=known.time_zone,
        enabled=found.next_at is not None,
        next_time=_time(found.next_at),
        last_time=_time(found.last_at),
        error=error_details_pb2.ErrorInfo(reason=found.problem, domain=DOMAIN) if found.problem else None,
        creator_id=found.creator_id,
        created_at=_time(found.created_at),
    )


def lastfm_link(found: Link | None) -> lastfm_service_pb2.LastfmLink | None:
    """Return an account at last.fm as the contract has it."""
    return lastfm_service_pb2.LastfmLink(name=found.name, linked_at=_time(found.linked_at)) if found else None


def _error(progress: Progress) -> error_details_pb2.ErrorInfo:
    """Return what an import was refused for at last; where it was not, it has failed otherwise."""
    reason = progress.reason or Reason.INTERNAL
    return error_details_pb2.ErrorInfo(reason=reason, domain=DOMAIN, metadata=progress.metadata)


def _status(found: jobs.Job) -> job_service_pb2.JobStatus.ValueType:
    return job_service_pb2.JobStatus.Value(f"JOB_STATUS_{found.status.name}")


def _time(moment: datetime | None) -> Timestamp | None:
    if moment is None:
        return None
    timestamp = Timestamp()
    timestamp.FromDatetime(moment)
    return timestamp
