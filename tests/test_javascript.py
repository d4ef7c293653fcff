"""The latent view's JavaScript: its unit tests in `js/` are run by Node, without any package."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

FILES = sorted((Path(__file__).parent / "js").glob("*.test.mjs"))
NODE = shutil.which("node")


def _version() -> int:
    said = subprocess.run([NODE or "node", "--version"], capture_output=True, text=True, check=True)
    return int(said.stdout.removeprefix("v").split(".")[0])


@pytest.mark.skipif(NODE is None, reason="Node is not installed: the JavaScript is not tested here")
def test_javascript() -> None:
    if _version() < 18:
        pytest.skip("Node is older than 18, which has no tests of its own")
    command = [NODE or "node", "--test", *map(str, FILES)]
    tests = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert tests.returncode == 0, tests.stdout + tests.stderr
    passed = re.search(r"^. pass (\d+)$", tests.stdout, re.MULTILINE)
    assert passed is not None
    assert int(passed[1]) >= len(FILES)
