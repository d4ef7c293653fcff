"""Where the app trains: on this machine, or on a Ray cluster that the environment names.

Imports nothing heavy, Ray neither.
"""

from __future__ import annotations

import os

from core.setting.checks import quoted
from core.studies.engines.protocol import Cluster, EngineError, check_installed

ENGINE, ADDRESS = "LATENT_CLUSTERS_ENGINE", "LATENT_CLUSTERS_RAY_ADDRESS"
CPUS, GPUS = "LATENT_CLUSTERS_RAY_CPUS", "LATENT_CLUSTERS_RAY_GPUS"


def is_local() -> bool:
    """Whether nothing but this machine was asked for."""
    return os.environ.get(ENGINE, "") in ("", "local")


def asked_cluster() -> Cluster:
    """The cluster that trainings were asked to be done on; where not `is_local`.

    Raises:
        EngineError: the variables say nothing that could be meant, or Ray is not installed.
    """
    if (asked := os.environ.get(ENGINE, "")) != "ray":
        raise EngineError(
            f"{ENGINE} must be local (trainings on this machine) or ray (on a Ray cluster); "
            f"got {quoted(asked)}."
        )
    address = os.environ.get(ADDRESS) or "auto"
    try:
        Cluster(address)
    except EngineError:
        raise EngineError(
            f"{ADDRESS} must be auto, the cluster that this machine is a node of, or HOST:PORT of "
            f"its head; got {quoted(address)}."
        ) from None
    found = Cluster(address, _number(CPUS, "cpus"), _number(GPUS, "gpus"))
    check_installed(f"{ENGINE}=ray")
    return found


def _number(variable: str, name: str) -> float:
    """What a variable says that each training gets of the field `name` of a `Cluster`."""
    default: float = getattr(Cluster(), name)
    text = os.environ.get(variable) or str(default)
    try:
        value = float(text)
        _ = Cluster(cpus=value) if name == "cpus" else Cluster(gpus=value)
    except (ValueError, EngineError):
        least = "above" if name == "cpus" else "at least"
        raise EngineError(
            f"{variable} must be a part of one or a whole number, {least} 0; got {quoted(text)}."
        ) from None
    return value
