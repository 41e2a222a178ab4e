"""How the world says no."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):  # noqa: N818  # an answer of the API, not a failure of the program
    """An HTTP status and a body in Discord's error shape."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(body.get("message", "refused"))
        self.status = status
        self.body = body

    @classmethod
    def of(cls, status: int, message: str, code: int = 0) -> Refusal:
        """Make one of a sentence and one of Discord's error codes."""
        return cls(status, {"message": message, "code": code})

    @classmethod
    def form(cls, path: str, message: str) -> Refusal:
        """Refuse one field of a body: code 50035 with the field's path in `errors`."""
        errors: dict[str, Any] = {"_errors": [{"code": "BASE_TYPE_BAD_LENGTH", "message": message}]}
        for key in reversed(path.split(".")):
            errors = {key: errors}
        return cls(400, {"message": "Invalid Form Body", "code": 50035, "errors": errors})
