"""The inner loop of UMAP's layout, compiled by numba when this module is imported, once on a machine.

One signature, no parallel section, nothing imported from umap-learn: compiling those is what takes most
of a first UMAP there. It releases the GIL, so plain threads share an epoch.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from core.latents.compiled import compiled

NEGATIVE_SAMPLES = 5  # points drawn at random and pushed away, for every edge that pulls

_F, _U = np.float32, np.uint64
_LIMIT, _NEAR, _ONE, _TWO, _ZERO = _F(4), _F(0.001), _F(1), _F(2), _F(0)
# Linear congruential generator of 64 bits (Knuth's MMIX) whose upper half is used, one state a point:
# the same draws however the points are shared out
_S32, _MULTIPLIER = _U(32), _U(6364136223846793005)
_ADD = _U(1442695040888963407)


def _clip(value: Any) -> Any:
    return min(max(value, -_LIMIT), _LIMIT)


_clip = compiled("f4(f4)")(_clip)


def _move(
    first: Any, last: Any, starts: Any, ends: Any, period: Any, due: Any,
    before: Any, after: Any, state: Any, epoch: Any, rate: Any, a: Any, b: Any,
) -> None:  # fmt: skip
    n = _U(len(starts) - 1)
    for i in range(first, last):
        x, y, z = before[i, 0], before[i, 1], before[i, 2]
        s = state[i]
        for e in range(starts[i], starts[i + 1]):
            if due[e] > epoch:
                continue
            due[e] += period[e]
            j = _U(ends[e])
            dx, dy, dz = x - before[j, 0], y - before[j, 1], z - before[j, 2]
            d2 = dx * dx + dy * dy + dz * dz
            if d2 > _ZERO:
                p = d2**b
                # Twice: umap-learn moves both ends of an edge, and every edge is there both ways.
                # Here each end moves itself alone, so threads never write to the same point.
                g = -_TWO * a * b * p / (d2 * (a * p + _ONE))
                x += _TWO * rate * _clip(g * dx)
                y += _TWO * rate * _clip(g * dy)
                z += _TWO * rate * _clip(g * dz)
            # All from the same place, then one step: they need not wait for each other.
            px = py = pz = _ZERO
            for _ in range(NEGATIVE_SAMPLES):
                s = s * _MULTIPLIER + _ADD
                k = ((s >> _S32) * n) >> _S32
                dx, dy, dz = x - before[k, 0], y - before[k, 1], z - before[k, 2]
                d2 = dx * dx + dy * dy + dz * dz
                if d2 > _ZERO and k != _U(i):
                    g = _TWO * b / ((_NEAR + d2) * (a * d2**b + _ONE))
                    px += _clip(g * dx)
                    py += _clip(g * dy)
                    pz += _clip(g * dz)
            x += rate * px
            y += rate * py
            z += rate * pz
        after[i, 0], after[i, 1], after[i, 2] = x, y, z
        state[i] = s


# move(first, last, starts, ends, period, due, before, after, state, epoch, rate, a, b): one epoch of
# the points first..last - 1. The graph is starts (n + 1,), ends and period (m,), as in a CSR matrix; an
# edge pulls whenever it is due (m,). Reads positions before (n, 3), writes after (n, 3), state (n,).
move = compiled(
    "void(i8,i8,i4[::1],i4[::1],f4[::1],f4[::1],f4[:,::1],f4[:,::1],u8[::1],f4,f4,f4,f4)"
)(_move)
