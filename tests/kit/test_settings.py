"""Settings come from the environment, or the process does not start."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from kit.settings import ServiceSettings, load

ENVIRONMENT = {
    "SEGUE_LISTEN": "unix:/tmp/app.sock",
    "SEGUE_MESH": "unix:/tmp/out.sock",
    "SEGUE_INSTANCE": "audio-2",
    "DATABASE_URL": "postgresql://user:hidden@localhost/x",
    "REDIS_URL": "redis://:hidden@localhost/0",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


def test_the_environment_is_read_and_frozen() -> None:
    settings = load(ServiceSettings)

    assert (settings.listen, settings.instance) == ("unix:/tmp/app.sock", "audio-2")
    assert "hidden" not in repr(settings)
    with pytest.raises(ValidationError):
        settings.instance = "audio-3"


def test_a_secret_may_be_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://from-file\n")
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "url"))

    assert load(ServiceSettings).database_url.get_secret_value() == "postgresql://from-file"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SEGUE_INSTANCE", "../x", "SEGUE_INSTANCE is wrong"),
        ("LOG_LEVEL", "LOUD", "LOG_LEVEL is wrong"),
        ("DATABASE_URL_FILE", "/nowhere", "DATABASE_URL_FILE cannot be read"),
    ],
)
def test_a_wrong_setting_ends_the_process_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: str,
    sentence: str,
) -> None:
    if name.endswith("_FILE"):
        monkeypatch.delenv(name.removesuffix("_FILE"))
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        load(ServiceSettings)

    assert ended.value.code == 2
    assert sentence in capsys.readouterr().err
