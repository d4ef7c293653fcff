"""The decoder in the browser gives the images that torch's gives."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch

from core.models.autoencoder import Autoencoder
from core.models.decoder_layers import decoder_layers
from core.networks import NETWORKS
from core.setting.setting import Setting

NODE = shutil.which("node")
SCRIPT = Path(__file__).parents[1] / "js" / "decode.mjs"


CASES = [(name, dims, high) for name in NETWORKS for dims, high in ((1, 1), (3, 255), (64, 1))]


@pytest.mark.skipif(NODE is None, reason="Node is not installed: the JavaScript is not tested here")
def test_the_browser_decodes_as_torch_does() -> None:
    expected, sent = {}, []
    for name, dims, high in CASES:
        side = NETWORKS[name].image_size or 28
        setting = Setting(
            architecture=name, latent_dim=dims, image_size=side, pixel_range=float(high)
        )
        model = Autoencoder(setting, torch.Generator().manual_seed(3)).eval()
        with torch.no_grad():
            for values in model.decoder.parameters():
                values.mul_(2)  # so that images are not all one grey
        latents = torch.randn(4, dims, generator=torch.Generator().manual_seed(4)) * 3
        with torch.inference_mode():
            images = (model.decode(latents)[:, 0] / high).clamp(0, 1).numpy()
        expected[name, dims, high] = images
        layers, weights = decoder_layers(model)
        sent.append({
            "layers": layers, "weights": weights.tolist(), "range": high,
            "latents": latents.tolist(),
        })  # fmt: skip
    ended = subprocess.run(
        [NODE or "node", str(SCRIPT)],
        input=json.dumps(sent),
        capture_output=True,
        text=True,
        check=True,
    )
    for (case, images), found in zip(expected.items(), json.loads(ended.stdout), strict=True):
        there = np.array(found).reshape(images.shape)
        np.testing.assert_allclose(there, images, atol=1e-5, err_msg=str(case))
    assert max(images.std() for images in expected.values()) > 0.1


def test_a_layer_that_is_not_known_is_said() -> None:
    model = Autoencoder(Setting())
    model.decoder = torch.nn.Sequential(torch.nn.Softplus())
    with pytest.raises(ValueError, match="Softplus"):
        decoder_layers(model)
