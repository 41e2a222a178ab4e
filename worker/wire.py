"""What worker means, as messages."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC
from typing import TYPE_CHECKING, Any

from google.protobuf.struct_pb2 import Struct
from google.protobuf.timestamp_pb2 import Timestamp
from google.rpc import error_details_pb2

from kit.durations import from_ms
from kit.errors import DOMAIN, Reason
from segue.audio.v1 import player_pb2, queue_service_pb2
from segue.worker.v1 import import_service_pb2, job_service_pb2, stats_service_pb2
from worker.domain.imports import Progress, Wish
from worker.domain.job import Status
from worker.domain.stats import Ended, Period, Song

if TYPE_CHECKING:
    from datetime import datetime

    from worker.domain import job as jobs
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


def ended(guild_id: int, message: queue_service_pb2.TrackEnded) -> Ended:
    """Return what audio tells of a track that has ended."""
    entry = message.entry
    track = entry.item.track
    return Ended(
        guild_id=guild_id,
        user_id=entry.item.requester_id,
        song=Song(track.title, track.author, track.uri),
        ended_at=entry.ended_at.ToDatetime(UTC),
        reason=queue_service_pb2.HistoryReason.Name(entry.reason).removeprefix("HISTORY_REASON_"),
        heard_ms=message.heard.ToMilliseconds(),
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
