"""Why a track cannot be had; the texts are for clients and name no path of this machine."""


class SourceError(Exception):
    """The source refused, is unreachable, or is none this node may read."""


class RefusedError(SourceError):
    """The server answers, but not with the file."""


class NotFoundError(SourceError):
    """There is nothing under this identifier."""
