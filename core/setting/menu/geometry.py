"""Terms on the shape of the latent space, or on how inputs and codes are disturbed."""

from __future__ import annotations

from core.setting.menu.info import Parameter, RegularizerInfo

POST = (
    "hpcfung, Autoencoder clustering (a blog post on HackMD), "
    "https://hackmd.io/@hpcfung/autoencoder_clustering"
)
SCALE = Parameter(
    "relative",
    "relative: lengths are in units of the batch's own latent scale. absolute: in latent units, "
    "as in the post.",
    choices=("relative", "absolute"),
)

TERMS = (
    RegularizerInfo(
        name="sine",
        label="Sine (the post)",
        meaning="Lays a grid of valleys over the latent space and pulls every point into one.",
        formula=r"c\,\frac1n\sum_i\prod_j\left(\sin\frac{2\pi z_{ij}}{w}+o\right)^3",
        paper=POST,
        parameters={
            "weight": Parameter(
                0.005, "c: how much the term counts beside the squared error.", maximum=1e6
            ),
            "wavelength": Parameter(
                1.5, "w: distance between two valleys along an axis.", 1e-3, 1e6
            ),
            "offset": Parameter(0.0, "o: added to every sine; above 0 the hills grow.", -2.0, 2.0),
            "scale": SCALE,
        },
    ),
    RegularizerInfo(
        name="drift",
        label="Drift (the post)",
        meaning="Pushes points away from the origin, so that the middle of the space empties.",
        formula=r"d\,\frac1n\sum_i\Big(\sum_j z_{ij}^2\Big)^{-0.2}",
        paper=POST,
        parameters={
            "weight": Parameter(
                0.005, "d: how much the term counts beside the squared error.", maximum=1e6
            ),
            "scale": SCALE,
        },
    ),
    RegularizerInfo(
        name="l1",
        label="L1 sparsity",
        meaning="Makes every coordinate cost its size, so that images use few of them.",
        formula=r"\lambda\,\frac1n\sum_i\sum_j|z_{ij}|",
        paper="Olshausen and Field 1996, Emergence of simple-cell receptive field properties by "
        "learning a sparse code for natural images",
        parameters={
            "weight": Parameter(
                1e-3, "λ: how much a unit of length costs beside the squared error.", maximum=1e6
            )
        },
    ),
    RegularizerInfo(
        name="rae",
        label="RAE (L2)",
        meaning="Draws all latents towards the origin: compact, without a VAE's noise.",
        formula=r"\lambda\,\frac1n\sum_i\tfrac12\|z_i\|^2",
        paper="Ghosh et al. 2020, From Variational to Deterministic Autoencoders",
        parameters={
            "weight": Parameter(1e-4, "λ: how much a latent's squared length counts.", maximum=1e6)
        },
    ),
    RegularizerInfo(
        name="contractive",
        label="Contractive",
        meaning="Makes the encoder insensitive: a slightly changed image keeps its place.",
        formula=r"\lambda\,\frac1n\sum_i\left\|\frac{\partial z_i}{\partial x_i}\right\|_F^2",
        paper="Rifai, Vincent, Muller, Glorot, Bengio 2011, Contractive Auto-Encoders: Explicit "
        "Invariance During Feature Extraction",
        parameters={
            "weight": Parameter(
                1e-3, "λ: how much sensitivity costs beside the squared error.", maximum=1e6
            )
        },
    ),
    RegularizerInfo(
        name="denoising",
        label="Denoising",
        meaning="Hides part of every image from the encoder, so that it must learn what belongs "
        "together.",
        formula=r"\left\|x-g(f(\tilde x))\right\|^2,\quad \tilde x\sim q(\tilde x\mid x)",
        paper="Vincent, Larochelle, Bengio, Manzagol 2008, Extracting and Composing Robust "
        "Features with Denoising Autoencoders",
        has_penalty=False,
        parameters={
            "kind": Parameter(
                "masking",
                "masking: a share of the pixels becomes 0. gaussian: noise is added.",
                choices=("masking", "gaussian"),
            ),
            "level": Parameter(
                0.25,
                "Share of pixels that are masked, or standard deviation of the noise as a share "
                "of the pixel range.",
                0.0,
                1.0,
            ),
        },
    ),
    RegularizerInfo(
        name="latent_noise",
        label="Latent noise",
        meaning="Blurs every latent before it is decoded: neighbours must decode to alike images.",
        formula=r"\left\|x-g\left(f(x)+\sigma s\,\varepsilon\right)\right\|^2,\quad "
        r"\varepsilon\sim\mathcal N(0,I)",
        paper="Poole, Sohl-Dickstein, Ganguli 2014, Analyzing Noise in Autoencoders and Deep "
        "Networks",
        has_penalty=False,
        feeds_decoder=True,
        parameters={
            "deviation": Parameter(
                0.1, "σ: standard deviation of the noise, in units of the latent scale.", 0.0, 10.0
            )
        },
    ),
)
