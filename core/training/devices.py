"""Where training computes, and what it sets in torch while it does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch


def best_device() -> torch.device:
    """CUDA, else Apple's MPS, else the CPU."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


@contextmanager
def computing(device: torch.device, threads: int) -> Iterator[None]:
    """Torch as training wants it, for a while: so many CPU threads, and on CUDA kernels that repeat.

    Settings of torch hold for the whole process; they are put back at the end.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        with repeatable(device):
            yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def repeatable(device: torch.device) -> Iterator[None]:
    """On CUDA, deterministic kernels wherever torch has them, for a while.

    By default convolutions there add up in any order, and a seed gives other weights each time. Torch
    warns of an operation that it has no deterministic kernel for. On other devices nothing changes.
    """
    if device.type != "cuda":
        yield
        return
    # cuBLAS reads it when the process first multiplies matrices on the GPU; torch asks for it
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    cudnn = torch.backends.cudnn
    kernels = cudnn.deterministic, cudnn.benchmark
    algorithms = torch.are_deterministic_algorithms_enabled()
    warn_only = torch.is_deterministic_algorithms_warn_only_enabled()
    torch.use_deterministic_algorithms(True, warn_only=True)
    cudnn.deterministic, cudnn.benchmark = True, False
    try:
        yield
    finally:
        cudnn.deterministic, cudnn.benchmark = kernels
        torch.use_deterministic_algorithms(algorithms, warn_only=warn_only)
