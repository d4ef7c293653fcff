"""The command line: `python -m core --help`. One file a command, in `commands`."""
