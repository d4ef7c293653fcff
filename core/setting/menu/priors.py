"""Terms that ask all latents together to follow a given distribution."""

from __future__ import annotations

from core.setting.menu.info import Parameter, RegularizerInfo

PRIOR = {
    "prior": Parameter(
        "gaussian",
        "Shape to take. gaussian: one round Gaussian. ring: a circle (a sphere beyond 2-D). mixture: "
        "several small Gaussians.",
        choices=("gaussian", "ring", "mixture"),
    ),
    "clusters": Parameter(
        0,
        "k: how many Gaussians a mixture has; 0: as many as the setting looks for.",
        maximum=1000,
        label="Components",
        late=True,
    ),
}

TERMS = (
    RegularizerInfo(
        name="vae",
        label="VAE (beta-KL)",
        meaning="Turns each latent into a small Gaussian and asks all of them together to fill a "
        "standard Gaussian: ordered, without holes.",
        formula=r"\beta\,\frac{r^2}{p}\,\frac1n\sum_i "
        r"\mathrm{KL}\!\left(\mathcal N(\mu_i,\sigma_i^2)\,\|\,\mathcal N(0,I)\right)",
        paper="Kingma and Welling 2014, Auto-Encoding Variational Bayes; Higgins et al. 2017, "
        "beta-VAE",
        feeds_decoder=True,
        parameters={
            "beta": Parameter(
                1.0, "β: how much the distance from the standard Gaussian counts.", maximum=1e4
            )
        },
    ),
    RegularizerInfo(
        name="wae_mmd",
        label="WAE (MMD)",
        meaning="Asks all latents together, not each latent, to follow a prior distribution.",
        formula=r"\lambda\,\mathrm{MMD}_k^2\left(\{z_i\},\,\{p_i\}\right),\quad p_i\sim P",
        paper="Tolstikhin, Bousquet, Gelly, Schoelkopf 2018, Wasserstein Auto-Encoders",
        parameters={
            "weight": Parameter(
                0.25, "λ: how much the difference from the prior counts.", maximum=1e6
            ),
            **PRIOR,
        },
    ),
    RegularizerInfo(
        name="sliced_wasserstein",
        label="Sliced Wasserstein",
        meaning="Like WAE, but compares latents and prior along random lines.",
        formula=r"\lambda\,\frac1L\sum_l W_2^2\left(\{\theta_l^\top z_i\},"
        r"\{\theta_l^\top p_i\}\right)",
        paper="Kolouri, Pope, Martin, Rohde 2019, Sliced Wasserstein Auto-Encoders",
        parameters={
            "weight": Parameter(
                0.01, "λ: how much the difference from the prior counts.", maximum=1e6
            ),
            **PRIOR,
        },
    ),
)
