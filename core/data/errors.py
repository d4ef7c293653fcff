"""What goes wrong with images, as a sentence."""

from __future__ import annotations

from core.setting.errors import UserError


class DataError(UserError, RuntimeError):
    """Images can't be had or used; the message says what to do."""

    exit_status = 1
