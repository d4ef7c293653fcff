"""Errors that people are shown: by the command line and by the pages, each in one place."""

from __future__ import annotations


class UserError(Exception):
    """An error whose message is one sentence for people; the whole sentence, and nothing else is needed.

    Subclasses also derive from the built-in exception that says what kind of fault it is.

    Attributes:
        exit_status: of the command line. 2: what was asked for is wrong; 1: anything else.
    """

    exit_status = 2


class SettingError(UserError, ValueError):
    """A Setting that cannot be: the message names field, allowed values and what was given."""
