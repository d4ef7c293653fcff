"""What may go wrong with an export."""

from __future__ import annotations

from core.setting.errors import UserError


class ExportError(UserError, ValueError):
    """Something that can't be exported; the message is one sentence for people."""
