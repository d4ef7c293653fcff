"""What the tests of training share."""

from __future__ import annotations

import pytest

from core.regularizers.support import scan


@pytest.fixture(autouse=True)
def _short_heads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Heads of self-labelling that learn for a moment: how well they end is tested elsewhere."""
    monkeypatch.setattr(scan, "HEAD_STEPS", 20)
