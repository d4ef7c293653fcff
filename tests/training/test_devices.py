"""What training sets in torch while it computes. Kernels on a GPU are not tried here."""

from __future__ import annotations

import os

import pytest
import torch

from core.data.splits import load
from core.setting.setting import Setting
from core.training import devices
from core.training.devices import best_device, computing, repeatable
from core.training.loop import Training


def _settings() -> tuple[bool, ...]:
    cudnn = torch.backends.cudnn
    return (
        torch.are_deterministic_algorithms_enabled(),
        torch.is_deterministic_algorithms_warn_only_enabled(),
        cudnn.deterministic,
        cudnn.benchmark,
    )


@pytest.mark.parametrize("fails", [False, True])
def test_on_cuda_kernels_repeat_and_settings_are_put_back(
    fails: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CUBLAS_WORKSPACE_CONFIG", raising=False)
    monkeypatch.setattr(torch.backends.cudnn, "benchmark", True)
    before = _settings()
    assert not before[0]
    try:
        with repeatable(torch.device("cuda")):
            assert _settings() == (True, True, True, False)
            assert os.environ["CUBLAS_WORKSPACE_CONFIG"] == ":4096:8"
            if fails:
                raise KeyError
    except KeyError:
        assert fails
    assert _settings() == before


@pytest.mark.parametrize("device", ["cpu", "mps"])
def test_elsewhere_nothing_changes(device: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "use_deterministic_algorithms", lambda *_, **__: pytest.fail("set"))
    before = _settings()
    with repeatable(torch.device(device)):
        assert _settings() == before


def test_threads_are_put_back() -> None:
    before = torch.get_num_threads()
    with computing(torch.device("cpu"), before + 1):
        assert torch.get_num_threads() == before + 1
    assert torch.get_num_threads() == before


def test_every_epoch_is_computed_so_and_nothing_between(
    tiny: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    training = Training(tiny, load(tiny), torch.device("cpu"), threads=1)
    during: list[bool] = []
    step = Training.step

    def spy(self: Training, *given: torch.Tensor) -> dict[str, torch.Tensor]:
        during.append(torch.are_deterministic_algorithms_enabled())
        return step(self, *given)

    monkeypatch.setattr(Training, "step", spy)
    cuda = torch.device("cuda")
    monkeypatch.setattr("core.training.loop.computing", lambda _, n: computing(cuda, n))
    between = [torch.are_deterministic_algorithms_enabled() for _ in training.epochs()]
    assert during
    assert all(during)
    assert between == [False, False]


@pytest.mark.parametrize(
    ("cuda", "mps", "expected"),
    [(True, True, "cuda"), (False, True, "mps"), (False, False, "cpu")],
)
def test_the_best_device(
    cuda: bool, mps: bool, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices.torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(devices.torch.backends.mps, "is_available", lambda: mps)
    assert best_device() == torch.device(expected)
