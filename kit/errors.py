"""The one exception that callers see. Pure: domain modules may import it."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

DOMAIN = "segue"


class Code(enum.IntEnum):
    """The numbers of `google.rpc.Code` that refusals use."""

    INVALID_ARGUMENT = 3
    DEADLINE_EXCEEDED = 4
    NOT_FOUND = 5
    ALREADY_EXISTS = 6
    PERMISSION_DENIED = 7
    RESOURCE_EXHAUSTED = 8
    FAILED_PRECONDITION = 9
    ABORTED = 10
    OUT_OF_RANGE = 11
    INTERNAL = 13
    UNAVAILABLE = 14
    UNAUTHENTICATED = 16


class Reason(enum.StrEnum):
    """`segue.common.v1.ErrorReason` without its prefix; the contract says what each one means."""

    INTERNAL = "INTERNAL"
    INVALID_ARGUMENT = "INVALID_ARGUMENT"
    UNKNOWN_METHOD = "UNKNOWN_METHOD"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    CALLER_REFUSED = "CALLER_REFUSED"
    SCOPE_MISSING = "SCOPE_MISSING"
    LEVEL_TOO_LOW = "LEVEL_TOO_LOW"
    GUILD_NOT_FOUND = "GUILD_NOT_FOUND"
    REQUEST_ID_REUSED = "REQUEST_ID_REUSED"
    RATE_LIMITED = "RATE_LIMITED"
    UNAVAILABLE = "UNAVAILABLE"
    DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED"
    BODY_TOO_LARGE = "BODY_TOO_LARGE"
    PAGE_TOKEN_INVALID = "PAGE_TOKEN_INVALID"  # noqa: S105  (no password)
    NOT_IN_VOICE = "NOT_IN_VOICE"
    FOREIGN_VOICE_CHANNEL = "FOREIGN_VOICE_CHANNEL"
    VOICE_CHANNEL_NOT_FOUND = "VOICE_CHANNEL_NOT_FOUND"
    VOICE_CHANNEL_FORBIDDEN = "VOICE_CHANNEL_FORBIDDEN"
    NOTHING_PLAYING = "NOTHING_PLAYING"
    ALREADY_PAUSED = "ALREADY_PAUSED"
    NOT_PAUSED = "NOT_PAUSED"
    NOT_SEEKABLE = "NOT_SEEKABLE"
    SEEK_OUT_OF_RANGE = "SEEK_OUT_OF_RANGE"
    NO_MATCH = "NO_MATCH"
    LOAD_FAILED = "LOAD_FAILED"
    HANDLE_INVALID = "HANDLE_INVALID"
    ITEM_NOT_FOUND = "ITEM_NOT_FOUND"
    QUEUE_FULL = "QUEUE_FULL"
    NO_NODE = "NO_NODE"
    NOT_OWN_ITEM = "NOT_OWN_ITEM"
    NOT_CONNECTED = "NOT_CONNECTED"
    QUEUE_EMPTY = "QUEUE_EMPTY"
    NOTHING_TO_PLAY = "NOTHING_TO_PLAY"
    VERSION_STALE = "VERSION_STALE"
    NOTHING_BEFORE = "NOTHING_BEFORE"
    NOTHING_TO_UNDO = "NOTHING_TO_UNDO"
    NOTHING_TO_REDO = "NOTHING_TO_REDO"
    QUOTA_REACHED = "QUOTA_REACHED"
    TRACK_TOO_LONG = "TRACK_TOO_LONG"
    STREAM_UNWELCOME = "STREAM_UNWELCOME"
    DUPLICATE_UNWELCOME = "DUPLICATE_UNWELCOME"
    ALREADY_VOTED = "ALREADY_VOTED"
    VOTES_NEEDED = "VOTES_NEEDED"
    NOTHING_TO_SAVE = "NOTHING_TO_SAVE"
    TOO_MANY_SAVED = "TOO_MANY_SAVED"
    SAVED_FILTERS_NOT_FOUND = "SAVED_FILTERS_NOT_FOUND"
    FILTERS_UNSUPPORTED = "FILTERS_UNSUPPORTED"
    TOO_MANY_TRACKS = "TOO_MANY_TRACKS"
    JOB_NOT_FOUND = "JOB_NOT_FOUND"
    SOURCE_FAILED = "SOURCE_FAILED"
    NODE_NOT_FOUND = "NODE_NOT_FOUND"
    NODE_EXISTS = "NODE_EXISTS"
    NODE_CONFIGURED = "NODE_CONFIGURED"
    NODE_TOO_OLD = "NODE_TOO_OLD"
    NODE_PASSWORD_DEFAULT = "NODE_PASSWORD_DEFAULT"  # noqa: S105  (no password)
    NODE_UNANSWERED = "NODE_UNANSWERED"
    LYRICS_NOT_FOUND = "LYRICS_NOT_FOUND"
    NOT_SUPPORTED = "NOT_SUPPORTED"
    IMPORT_NOT_FOUND = "IMPORT_NOT_FOUND"
    IMPORT_ENDED = "IMPORT_ENDED"
    IMPORT_UNDER_WAY = "IMPORT_UNDER_WAY"
    NOT_OWN_IMPORT = "NOT_OWN_IMPORT"
    BLOCKED = "BLOCKED"
    TRACK_BLOCKED = "TRACK_BLOCKED"
    ARTIST_BLOCKED = "ARTIST_BLOCKED"
    DOMAIN_BLOCKED = "DOMAIN_BLOCKED"
    FOREIGN_TEXT_CHANNEL = "FOREIGN_TEXT_CHANNEL"
    VOICE_CHANNEL_UNWELCOME = "VOICE_CHANNEL_UNWELCOME"
    FILE_TOO_LARGE = "FILE_TOO_LARGE"
    FILE_UNREACHABLE = "FILE_UNREACHABLE"
    CHANNEL_NOT_WRITABLE = "CHANNEL_NOT_WRITABLE"
    SESSION_DJ_OFF = "SESSION_DJ_OFF"
    LISTENER_NEEDED = "LISTENER_NEEDED"
    ALREADY_DJ = "ALREADY_DJ"
    PLAYLIST_NOT_SHARED = "PLAYLIST_NOT_SHARED"
    TIME_ZONE_UNKNOWN = "TIME_ZONE_UNKNOWN"
    SCHEDULE_NOT_FOUND = "SCHEDULE_NOT_FOUND"
    TOO_MANY_SCHEDULES = "TOO_MANY_SCHEDULES"
    MEMBERS_INTENT_MISSING = "MEMBERS_INTENT_MISSING"
    PLAYLIST_NOT_FOUND = "PLAYLIST_NOT_FOUND"
    PLAYLIST_EXISTS = "PLAYLIST_EXISTS"
    NOT_OWN_PLAYLIST = "NOT_OWN_PLAYLIST"
    TOO_MANY_PLAYLISTS = "TOO_MANY_PLAYLISTS"
    PLAYLIST_FULL = "PLAYLIST_FULL"
    PLAYLIST_EMPTY = "PLAYLIST_EMPTY"
    FAVORITES_FIXED = "FAVORITES_FIXED"
    IMPORT_UNREADABLE = "IMPORT_UNREADABLE"
    TOO_MANY_SHARES = "TOO_MANY_SHARES"
    PLAYLIST_ITEM_NOT_FOUND = "PLAYLIST_ITEM_NOT_FOUND"
    FEATURE_OFF = "FEATURE_OFF"
    CONTENT_INTENT_MISSING = "CONTENT_INTENT_MISSING"
    LASTFM_OFF = "LASTFM_OFF"
    LASTFM_NOT_ALLOWED = "LASTFM_NOT_ALLOWED"
    PAGE_NOT_FOUND = "PAGE_NOT_FOUND"

    @property
    def code(self) -> Code:
        """The status of the reason on the wire."""
        return _CODES.get(self, Code.FAILED_PRECONDITION)

    @property
    def sentence(self) -> str:
        """The reason in plain English, for developers; surfaces make their own words."""
        return f"{self.value.replace('_', ' ').capitalize()}."


# What is not named here depends on the state of things: FAILED_PRECONDITION.
_CODES = {
    Reason.INTERNAL: Code.INTERNAL,
    Reason.INVALID_ARGUMENT: Code.INVALID_ARGUMENT,
    Reason.UNKNOWN_METHOD: Code.NOT_FOUND,
    Reason.UNAUTHENTICATED: Code.UNAUTHENTICATED,
    Reason.CALLER_REFUSED: Code.PERMISSION_DENIED,
    Reason.SCOPE_MISSING: Code.PERMISSION_DENIED,
    Reason.LEVEL_TOO_LOW: Code.PERMISSION_DENIED,
    Reason.GUILD_NOT_FOUND: Code.NOT_FOUND,
    Reason.REQUEST_ID_REUSED: Code.ALREADY_EXISTS,
    Reason.RATE_LIMITED: Code.RESOURCE_EXHAUSTED,
    Reason.UNAVAILABLE: Code.UNAVAILABLE,
    Reason.DEADLINE_EXCEEDED: Code.DEADLINE_EXCEEDED,
    Reason.BODY_TOO_LARGE: Code.RESOURCE_EXHAUSTED,
    Reason.PAGE_TOKEN_INVALID: Code.INVALID_ARGUMENT,
    Reason.FOREIGN_VOICE_CHANNEL: Code.PERMISSION_DENIED,
    Reason.VOICE_CHANNEL_NOT_FOUND: Code.NOT_FOUND,
    Reason.SEEK_OUT_OF_RANGE: Code.OUT_OF_RANGE,
    Reason.NO_MATCH: Code.NOT_FOUND,
    Reason.HANDLE_INVALID: Code.INVALID_ARGUMENT,
    Reason.ITEM_NOT_FOUND: Code.NOT_FOUND,
    Reason.NO_NODE: Code.UNAVAILABLE,
    Reason.NOT_OWN_ITEM: Code.PERMISSION_DENIED,
    Reason.NOTHING_TO_PLAY: Code.INVALID_ARGUMENT,
    Reason.VERSION_STALE: Code.ABORTED,
    Reason.SAVED_FILTERS_NOT_FOUND: Code.NOT_FOUND,
    Reason.JOB_NOT_FOUND: Code.NOT_FOUND,
    Reason.SOURCE_FAILED: Code.UNAVAILABLE,
    Reason.NODE_NOT_FOUND: Code.NOT_FOUND,
    Reason.NODE_EXISTS: Code.ALREADY_EXISTS,
    Reason.NODE_PASSWORD_DEFAULT: Code.INVALID_ARGUMENT,
    Reason.LYRICS_NOT_FOUND: Code.NOT_FOUND,
    Reason.IMPORT_NOT_FOUND: Code.NOT_FOUND,
    Reason.NOT_OWN_IMPORT: Code.PERMISSION_DENIED,
    Reason.BLOCKED: Code.PERMISSION_DENIED,
    Reason.FOREIGN_TEXT_CHANNEL: Code.PERMISSION_DENIED,
    Reason.VOICE_CHANNEL_UNWELCOME: Code.PERMISSION_DENIED,
    Reason.FILE_TOO_LARGE: Code.INVALID_ARGUMENT,
    Reason.FILE_UNREACHABLE: Code.UNAVAILABLE,
    Reason.TIME_ZONE_UNKNOWN: Code.INVALID_ARGUMENT,
    Reason.SCHEDULE_NOT_FOUND: Code.NOT_FOUND,
    Reason.PLAYLIST_NOT_FOUND: Code.NOT_FOUND,
    Reason.PLAYLIST_EXISTS: Code.ALREADY_EXISTS,
    Reason.NOT_OWN_PLAYLIST: Code.PERMISSION_DENIED,
    Reason.IMPORT_UNREADABLE: Code.INVALID_ARGUMENT,
    Reason.PLAYLIST_ITEM_NOT_FOUND: Code.NOT_FOUND,
    Reason.PAGE_NOT_FOUND: Code.NOT_FOUND,
}


class Unfit(Exception):  # noqa: N818  (said of the surroundings, not of the code)
    """The process cannot run as it is set up; the text is a sentence for whoever runs it, with the way out."""


class Refused(Exception):  # noqa: N818  (a refusal is an answer, not a fault)
    """A call was refused, for a reason of the contract.

    `retry_after` is in seconds; `fields` maps a request field to what is wrong with it; everything else named is
    metadata of the reason, as the contract describes it.
    """

    def __init__(
        self,
        reason: Reason,
        *,
        retry_after: float | None = None,
        fields: Mapping[str, str] | None = None,
        **metadata: str,
    ) -> None:
        super().__init__(reason, metadata)
        self.reason = reason
        self.retry_after = retry_after
        self.fields = dict(fields or {})
        self.metadata = metadata

    def __str__(self) -> str:
        """Return the reason and its metadata."""
        known = ", ".join(f"{name}: {value}" for name, value in self.metadata.items())
        return f"{self.reason} ({known})" if known else str(self.reason)
