"""Install torch's build for the CPU first, where that saves 2.5 GB of CUDA libraries.

    python deploy/cpu_torch.py

On Linux the ordinary package index has torch with CUDA, PyTorch's own page has a build without.
Where there is a GPU of NVIDIA, another system, or torch already, nothing is done. Nor where the page
can't be reached: that costs at most `SECONDS`, and the requirements bring what their index has.
`LATENT_CLUSTERS_TORCH=cuda` leaves it to them, too. It needs nothing but Python and pip.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

PAGE = "https://download.pytorch.org/whl/cpu/torch/"
SECONDS = 4.0
REQUIREMENTS = Path(__file__).resolve().parents[1] / "requirements.txt"
_GPUS = ("/dev/nvidia0", "/dev/nvidiactl", "/dev/dxg")  # the last one below Windows


def main(page: str = "") -> int:
    """Do it, and say what was done in a line; the exit status is 0 whatever that is."""
    page = page or os.environ.get("LATENT_CLUSTERS_TORCH_PAGE") or PAGE
    reason = why_not(os.environ) or ("" if reached(page) else f"{page} can't be reached")
    if reason:
        return _say(f"torch: as the package index has it ({reason})")
    pinned = re.search(r"^torch==\S+", REQUIREMENTS.read_text(encoding="utf-8"), re.MULTILINE)
    wanted = pinned[0] if pinned else "torch"
    # its dependencies come with the requirements: the page has torch alone
    command = [
        sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
        "--no-index", "--find-links", page, "--retries", "1", "--timeout", "60", wanted,
    ]  # fmt: skip
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    if ended.returncode:
        return _say(f"torch: as the package index has it ({page} has no {wanted} for this Python)")
    return _say(f"torch: {wanted} for the CPU, from {page}")


def why_not(environment: Mapping[str, str]) -> str:
    """Why the CPU's build is not asked for; empty: it is."""
    if environment.get("LATENT_CLUSTERS_TORCH", "").lower() == "cuda":
        return "LATENT_CLUSTERS_TORCH=cuda"
    if platform.system() != "Linux":
        return "only on Linux it brings CUDA"
    if any(Path(path).exists() for path in _GPUS):
        return "there is a GPU"
    try:
        return f"{metadata.version('torch')} is installed"
    except metadata.PackageNotFoundError:
        return ""


def reached(page: str, seconds: float = SECONDS) -> bool:
    """Whether the page answers in time; looking its name up counts, which has no limit of its own."""
    answers: list[int] = []

    def ask() -> None:
        try:
            with urllib.request.urlopen(page, timeout=seconds) as answer:
                answers.append(len(answer.read(1)))
        except (OSError, ValueError):
            pass

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(seconds)
    return bool(answers)


def _say(text: str) -> int:
    sys.stderr.write(f"{text}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
