"""Where the app trains: on this machine, or on a Ray cluster that the environment names.

Imports nothing heavy, Ray neither.
"""

from __future__ import annotations

import os

from core.setting.checks import quoted
from core.studies.engines.protocol import Cluster, EngineError, check_installed

ENGINE, ADDRESS = "LATENT_CLUSTERS_ENGINE", "LATENT_CLUSTERS_RAY_ADDRESS"


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
        found = Cluster(address)
    except EngineError:
        raise EngineError(
            f"{ADDRESS} must be auto, the cluster that this machine is a node of, or HOST:PORT of "
            f"its head; got {quoted(address)}."
        ) from None
    check_installed(f"{ENGINE}=ray")
    return found
