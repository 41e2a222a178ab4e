"""The policy of every method as one table: `python -m tests.contract.policy` writes it."""

from pathlib import Path

from google.protobuf.descriptor import MethodDescriptor

from kit import policy
from segue.options.v1 import options_pb2
from tests.contract.methods import methods, path

GOLDEN = Path(__file__).with_name("policy.txt")
HEAD = ("method", "floor", "scope", "retry", "deadline", "routed by", "callers")


def table() -> str:
    """Return the table as the contract makes it."""
    rows = [HEAD, *(_row(method) for method in sorted(methods(), key=path))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join(lines) + "\n"


def _row(method: MethodDescriptor) -> tuple[str, ...]:
    declared = policy.of(path(method))
    if declared is None:
        return (path(method), *("MISSING",) * (len(HEAD) - 1))
    seconds = policy.deadline(path(method))
    return (
        path(method).removeprefix("/segue."),
        options_pb2.Level.Name(declared.floor).removeprefix("LEVEL_"),
        declared.scope or "-",
        options_pb2.Retry.Name(declared.retry).removeprefix("RETRY_"),
        f"{seconds:g} s" if seconds else "-",
        declared.route_field or "-",
        " ".join(options_pb2.Caller.Name(caller).removeprefix("CALLER_").lower() for caller in declared.callers),
    )


if __name__ == "__main__":
    GOLDEN.write_text(table())
