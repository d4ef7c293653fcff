"""One file a command: `options` says what it takes, `run` does it and gives what is printed.

They import what trains, clusters or draws inside `run`: `--help` and a wrong option need none of it.
"""
