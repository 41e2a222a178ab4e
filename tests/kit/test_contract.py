"""Kit says what the contract says, and knows nothing else of it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import kit
from kit import errors, status
from kit.levels import Level
from segue.common.v1 import error_reason_pb2
from segue.options.v1 import options_pb2

KIT = Path(str(kit.__file__)).parent
ALLOWED = ("segue.common", "segue.options")
FOREIGN = {"gateway", "audio", "api", "worker", "mesh", "audionode", "simulator", "deploy"}


def imported(path: Path) -> Iterator[str]:
    """Return the modules a file imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{name.name}" for name in node.names)


def test_kit_knows_no_service_and_of_the_contract_only_common_and_options() -> None:
    wrong = [
        f"{path.relative_to(KIT)}: {name}"
        for path in KIT.rglob("*.py")
        for name in imported(path)
        if name.split(".")[0] in FOREIGN or (name.startswith("segue.") and not name.startswith(ALLOWED))
    ]

    assert wrong == []


def test_reasons_are_those_of_the_contract() -> None:
    declared = {name.removeprefix("ERROR_REASON_") for name in error_reason_pb2.ErrorReason.keys()} - {"UNSPECIFIED"}  # noqa: SIM118  (not a dict)

    assert {reason.value for reason in errors.Reason} == declared


def test_levels_are_those_of_the_contract() -> None:
    declared = {name.removeprefix("LEVEL_"): number for name, number in options_pb2.Level.items() if number}

    assert {level.name: level.value for level in Level} == declared


@pytest.mark.parametrize("reason", errors.Reason)
def test_every_refusal_survives_the_wire(reason: errors.Reason) -> None:
    sent = errors.Refused(reason, retry_after=2.5, fields={"query": "is empty"}, part="node")
    received = status.decode(status.encode(sent))

    assert received is not None
    assert vars(received) == vars(sent)


def test_a_reason_of_a_later_release_is_an_internal_error() -> None:
    sent = status.encode(errors.Refused(errors.Reason.INTERNAL, ref="12345678"))
    info = sent.details[0]
    info.value = info.value.replace(b"INTERNAL", b"TOMORROW")
    received = status.decode(sent)

    assert received is not None
    assert (received.reason, received.metadata) == (errors.Reason.INTERNAL, {"ref": "12345678"})
