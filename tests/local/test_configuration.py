"""The page of settings is what the settings classes say."""

from __future__ import annotations

from deploy.local.configuration import SECTIONS, document, settings_class
from deploy.local.settings import ROOT


def test_the_committed_page_is_current() -> None:
    assert (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8") == document(), "run make gen"


def test_every_setting_says_what_it_is() -> None:
    silent = [
        f"{module}.{name}"
        for module in SECTIONS.values()
        for name, field in settings_class(module).model_fields.items()
        if not field.description
    ]
    assert silent == []
