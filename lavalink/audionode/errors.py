"""Why a track cannot be had; the texts are for clients and name no path of this machine."""


class SourceError(Exception):
    """The source refused, is unreachable, or is none this node may read."""


class RefusedError(SourceError):
    """The server answers, but not with the file."""


class UnreadableError(SourceError):
    """The source does not tell enough of it to anybody: nothing is wrong with the source."""


class NotFoundError(SourceError):
    """There is nothing under this identifier."""


def is_for_clients(error: Exception) -> bool:
    """Whether the error is our own, with a sentence made for clients."""
    return type(error).__module__.startswith("audionode.")


def describe(error: Exception) -> str:
    """The error for a client: of an unforeseen one only its kind."""
    return str(error) if is_for_clients(error) else type(error).__name__
