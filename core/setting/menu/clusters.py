"""Terms with learned cluster centres."""

from __future__ import annotations

from core.setting.menu.info import CLUSTERS, PRETRAINED, Parameter, RegularizerInfo

SHARPENING = (
    r"\lambda\,\frac1n\sum_i\sum_k p_{ik}\log\frac{p_{ik}}{q_{ik}},\allowbreak\quad "
    r"{q_{ik}\propto\frac{1}{1+\|z_i-m_k\|^2}},\allowbreak\quad {p_{ik}\propto\frac{q_{ik}^2}{f_k}}"
)

TERMS = (
    RegularizerInfo(
        name="vade",
        label="VaDE (Gaussian-mixture VAE)",
        meaning="A variational autoencoder whose latents may gather in as many Gaussian clouds as "
        "there are clusters, instead of one.",
        formula=r"\beta\,\frac{r^2}{p}\,\frac1n\sum_i\mathrm{KL}\!\Big(q(z,c\mid x_i)\,\Big\|\,"
        r"\pi_c\,\mathcal N(z;\mu_c,\sigma_c^2)\Big)",
        paper="Jiang et al. 2017, Variational Deep Embedding (VaDE)",
        feeds_decoder=True,
        parameters={
            "beta": Parameter(
                1.0, "β: how much the distance from the mixture counts.", maximum=1e4
            ),
            "clusters": CLUSTERS,
        },
        schedule=PRETRAINED,
    ),
    RegularizerInfo(
        name="dec",
        label="DEC (clusters only)",
        meaning="After plain training, each image moves towards its nearest cluster and nothing "
        "else shapes the encoder; the decoder only follows.",
        formula=SHARPENING,
        paper="Xie, Girshick, Farhadi 2016, Unsupervised Deep Embedding for Clustering (DEC)",
        feeds_decoder=True,
        parameters={
            "weight": Parameter(1.0, "λ: how much sharpening counts.", maximum=1e6),
            "clusters": CLUSTERS,
        },
        schedule=PRETRAINED,
    ),
    RegularizerInfo(
        name="idec",
        label="IDEC (self-sharpening clusters)",
        meaning="Each image moves towards the cluster that it is already nearest to, while the "
        "reconstruction keeps the space in order.",
        formula=SHARPENING,
        paper="Guo, Gao, Liu, Yin 2017, Improved Deep Embedded Clustering (IDEC)",
        parameters={
            "weight": Parameter(0.1, "λ: how much sharpening counts.", maximum=1e6),
            "clusters": CLUSTERS,
        },
        schedule=PRETRAINED,
    ),
    RegularizerInfo(
        name="dcn",
        label="DCN (hard k-means)",
        meaning="Pulls each image to the centre of its cluster, and each centre to its images.",
        formula=r"\lambda\,\frac{r^2}{p}\,\frac{1}{2n}\sum_i\min_k\|z_i-m_k\|^2",
        paper="Yang, Fu, Sidiropoulos, Hong 2017, Towards K-means-friendly Spaces (DCN)",
        parameters={
            "weight": Parameter(1.0, "λ: how much being near a centre counts.", maximum=1e6),
            "clusters": CLUSTERS,
        },
        schedule=PRETRAINED,
    ),
    RegularizerInfo(
        name="dkm",
        label="DKM (soft k-means)",
        meaning="Pulls each image to its centre like k-means, but smoothly, so that centres are "
        "learned with the network.",
        formula=r"\lambda\,\frac{r^2}{p}\,\frac1n\sum_i\sum_k\|z_i-m_k\|^2\,"
        r"\mathrm{softmax}_k\!\Big(-\alpha\|z_i-m_k\|^2\Big)",
        paper="Fard, Thonet, Gaussier 2020, Deep k-Means",
        parameters={
            "weight": Parameter(1.0, "λ: how much being near a centre counts.", maximum=1e6),
            "sharpness": Parameter(
                1000.0, "α: large values belong to one centre only, as in k-means.", 1e-6, 1e6
            ),
            "clusters": CLUSTERS,
        },
        schedule=PRETRAINED,
    ),
    RegularizerInfo(
        name="soft_silhouette",
        label="Soft silhouette",
        meaning="Asks for what the silhouette measures: near to one's own cluster, far from the next.",
        formula=r"\lambda\Big(1-\frac1n\sum_{i,k}p_{ik}\frac{b_{ik}-a_{ik}}"
        r"{\max(a_{ik},b_{ik})}\Big)+\eta\,\frac1n\sum_i H(p_i)",
        paper="Vardakas, Papakostas, Likas 2024, Deep Clustering Using the Soft Silhouette Score",
        parameters={
            "weight": Parameter(0.01, "λ: how much the silhouette counts.", maximum=1e6),
            "entropy_weight": Parameter(
                0.01, "η: how much undecided memberships cost.", maximum=1e6
            ),
            "clusters": CLUSTERS,
        },
        schedule=PRETRAINED,
    ),
    RegularizerInfo(
        name="mutual_information",
        label="Mutual information (IMSAT)",
        meaning="Every image belongs clearly to one cluster, all clusters are used alike, and "
        "turning an image a little does not change its cluster.",
        formula=r"\lambda\Big(\frac1n\sum_i\mathrm{KL}(p_i\,\|\,p_i')+\gamma\Big[\frac1n\sum_i "
        r"H(p_i)-\mu\,H\!\Big(\tfrac1n\textstyle\sum_i p_i\Big)\Big]\Big)",
        paper="Hu et al. 2017, Information Maximizing Self-Augmented Training (IMSAT)",
        parameters={
            "weight": Parameter(0.1, "λ: how much all of it counts.", maximum=1e6),
            "share": Parameter(
                0.1, "γ: information against agreement with the augmented view.", maximum=1e3
            ),
            "balance": Parameter(4.0, "μ: how much unequal clusters cost.", maximum=1e3),
            "temperature": Parameter(
                0.1, "Small values make memberships certain already near the border.", 1e-3, 10.0
            ),
            "clusters": CLUSTERS,
        },
        schedule=PRETRAINED,
    ),
    RegularizerInfo(
        name="repulsion",
        label="Centroid repulsion",
        meaning="Centres of clusters push each other away while each image is pulled to its own.",
        formula=r"\lambda\Big(\frac1n\sum_i\min_k\frac{\|z_i-m_k\|^2}{s^2}+"
        r"\operatorname{mean}_{k\ne l}\max\!\Big(0,\ \delta-\tfrac{\|m_k-m_l\|}{s}\Big)^2\Big)",
        paper="De Brabandere, Neven, Van Gool 2017, A Discriminative Loss Function (clusters found "
        "in place of classes given)",
        parameters={
            "weight": Parameter(0.01, "λ: how much pull and push count.", maximum=1e6),
            "margin": Parameter(
                3.0, "δ: centres nearer than this push each other, in latent scales.", maximum=100.0
            ),
            "clusters": CLUSTERS,
        },
        schedule=PRETRAINED,
    ),
    RegularizerInfo(
        name="vq",
        label="VQ (code book)",
        meaning="The decoder sees only the nearest of a few learned points: latents gather at them.",
        formula=r"\lambda\,\frac{1}{nd}\sum_i\Big(\|\mathrm{sg}(z_i)-e_i\|^2+\beta\,\|z_i-\mathrm{sg}(e_i)\|^2"
        r"\Big),\quad e_i=\operatorname{argmin}_{c_k}\|z_i-c_k\|",
        paper="van den Oord, Vinyals, Kavukcuoglu 2017, Neural Discrete Representation Learning",
        feeds_decoder=True,
        parameters={
            "weight": Parameter(0.1, "λ: how much the distance to the code counts.", maximum=1e6),
            "commitment": Parameter(
                0.25, "β: how much of it moves the latent, not the code.", maximum=1e3
            ),
            "clusters": Parameter(
                64, "How many codes; 0: as many as classes are chosen.", maximum=1000, label="Codes"
            ),
        },
        schedule=PRETRAINED,
    ),
)
