"""Discord's end-to-end encryption (DAVE) around davey: no I/O, it returns the messages to send."""

import logging
import struct
import threading
from typing import Any

import davey

log = logging.getLogger(__name__)

MAX_VERSION: int = davey.DAVE_PROTOCOL_VERSION

Message = dict[str, Any] | bytes


class Dave:
    """One connection's MLS group: fed by the loop, asked to encrypt by the sender thread.

    Each handler returns what must be sent to the voice gateway: a dict as JSON, bytes as a binary frame.
    """

    def __init__(self, user_id: int, channel_id: int) -> None:
        self._user_id = user_id
        self._channel_id = channel_id
        # davey's session is not thread-safe; held for one call at a time, never across an await.
        self._lock = threading.Lock()
        self._session: Any = None
        self._version = 0
        self._pending: dict[int, int] = {}
        self._members: set[int] = {user_id}

    @property
    def ready(self) -> bool:
        """Whether frames may be sent now: encryption is off, or there is a group to encrypt for."""
        return self._version == 0 or bool(self._session and self._session.ready)

    def encrypt(self, opus: bytes) -> bytes | None:
        """The frame as it goes on the wire, or None while no group exists (then nothing may be sent)."""
        with self._lock:
            if not self.ready:
                return None
            return opus if self._version == 0 else bytes(self._session.encrypt_opus(opus))

    def start(self, version: int) -> list[Message]:
        """The session description named the protocol version of the call (0: none)."""
        return self._restart(version)

    def on_json(self, op: int, data: dict[str, Any]) -> list[Message]:
        """Handle a JSON op (11, 13, 21, 22, 24); others are ignored."""
        if op == 11:
            self._members.update(int(user) for user in data["user_ids"])
        elif op == 13:
            self._members.discard(int(data["user_id"]))
        elif op == 21:
            return self._prepare(int(data["transition_id"]), int(data["protocol_version"]))
        elif op == 22:
            self._execute(int(data["transition_id"]))
        elif op == 24 and int(data["epoch"]) == 1:
            return self._restart(int(data["protocol_version"]))
        return []

    def on_binary(self, op: int, body: bytes) -> list[Message]:
        """Handle a binary op (25, 27, 29, 30); a message davey refuses is answered as the protocol asks."""
        if self._session is None:
            return []
        if op in {29, 30}:
            return self._join(op, struct.unpack_from(">H", body)[0], body[2:])
        try:
            with self._lock:
                if op == 25:
                    self._session.set_external_sender(body)
                elif op == 27:
                    return self._propose(body)
        except ValueError as error:
            log.warning("the DAVE message was refused", extra={"op": op, "error": str(error)})
        return []

    def _propose(self, body: bytes) -> list[Message]:
        kind = davey.ProposalsOperationType.append if body[0] == 0 else davey.ProposalsOperationType.revoke
        result = self._session.process_proposals(kind, body[1:], sorted(self._members))
        return [b"\x1c" + result.commit + (result.welcome or b"")] if result else []

    def _join(self, op: int, transition: int, message: bytes) -> list[Message]:
        try:
            with self._lock:
                (self._session.process_commit if op == 29 else self._session.process_welcome)(message)
        except ValueError as error:
            log.warning("the DAVE group could not be joined", extra={"op": op, "error": str(error)})
            invalid: Message = {"op": 31, "d": {"transition_id": transition}}
            return [invalid, *self._restart(self._version)]
        return self._prepare(transition, self._version)

    def _prepare(self, transition: int, version: int) -> list[Message]:
        self._pending[transition] = version
        if transition == 0:  # the first group: it is in force without a word from the gateway
            self._execute(transition)
            return []
        return [{"op": 23, "d": {"transition_id": transition}}]

    def _execute(self, transition: int) -> None:
        with self._lock:
            self._version = self._pending.pop(transition, self._version)

    def _restart(self, version: int) -> list[Message]:
        with self._lock:
            self._version = version
            if version == 0:
                return []
            if self._session is None:
                self._session = davey.DaveSession(version, self._user_id, self._channel_id)
            else:
                self._session.reinit(version, self._user_id, self._channel_id)
            return [b"\x1a" + bytes(self._session.get_serialized_key_package())]
