"""Terms that keep together what belongs together: augmented views, neighbours."""

from __future__ import annotations

from core.setting.menu.info import CLUSTERS, PRETRAINED, Parameter, RegularizerInfo

TERMS = (
    RegularizerInfo(
        name="consistency",
        label="Augmentation consistency",
        meaning="Turning or shifting an image a little must not move its latent.",
        formula=r"\lambda\,\frac1n\sum_i\frac{\|z_i-z_i'\|^2}{s^2}",
        paper="Sajjadi, Javanmardi, Tasdizen 2016, Regularization With Stochastic "
        "Transformations and Perturbations",
        parameters={
            "weight": Parameter(
                0.01, "λ: how much the distance of an augmented view counts.", maximum=1e6
            )
        },
    ),
    RegularizerInfo(
        name="contrastive",
        label="Contrastive (InfoNCE)",
        meaning="Each image must tell its own augmented view (turned and shifted a little) from all "
        "other images.",
        formula=r"\lambda\,\tfrac12\,\frac1n\sum_i\Big[-\log\frac{e^{u_i\cdot v_i/\tau}}"
        r"{\sum_j e^{u_i\cdot v_j/\tau}}-\log\frac{e^{v_i\cdot u_i/\tau}}"
        r"{\sum_j e^{v_i\cdot u_j/\tau}}\Big]",
        paper="van den Oord, Li, Vinyals 2018, Contrastive Predictive Coding; Chen et al. 2020, "
        "SimCLR",
        parameters={
            "weight": Parameter(0.01, "λ: how much recognising the own view counts.", maximum=1e6),
            "temperature": Parameter(
                0.2, "τ: small values look hard at the most alike images.", 0.01, 10.0
            ),
        },
    ),
    RegularizerInfo(
        name="parametric_umap",
        label="Parametric UMAP",
        meaning="Images that are neighbours (in pixels, or in the encoder's features) come "
        "together; all others keep apart.",
        formula=r"\lambda\Big(-\frac1n\sum_i\log q(z_i,z_{j(i)})-\nu\operatorname{mean}_{i\ne l}"
        r"\log(1-q(z_i,z_{j(l)}))\Big),\quad q(x,y)=\frac{1}{1+a\|x-y\|^{2b}}",
        paper="Sainburg, McInnes, Gentner 2021, Parametric UMAP Embeddings",
        parameters={
            "weight": Parameter(0.01, "λ: how much neighbourhood counts.", maximum=1e6),
            "space": Parameter(
                "pixels",
                "Where neighbours are looked for: in the pixels, or in the encoder's last hidden "
                "layer as it is when the term first acts.",
                choices=("pixels", "features"),
            ),
            "neighbours": Parameter(15, "How many neighbours each image has.", 1, 200),
            "negatives": Parameter(5.0, "ν: how much keeping apart counts.", maximum=1000.0),
            "min_dist": Parameter(0.1, "How near neighbours may come.", 0.0, 0.99),
            "renew_every": Parameter(
                0, "Epochs after which neighbours are looked for again; 0: never.", 0, 500
            ),
        },
    ),
    RegularizerInfo(
        name="self_labelling",
        label="Self-labelling (SCAN)",
        meaning="Images that are neighbours agree on clusters; those with a confident label teach "
        "the encoder to keep them apart, however an image is turned.",
        formula=r"\lambda\operatorname{mean}_i\Big[-s_i\log c_i(y_i)+\kappa\Big(-\log p_i(y_i)+\eta"
        r"\max\Big(0,\tfrac{\|z_i-m_{y_i}\|}{g}-\rho\Big)^2\Big)\Big],\quad "
        r"p_i\propto e^{-\|z_i-m_k\|^2/(T g^2)}",
        paper="Van Gansbeke et al. 2020, SCAN: Learning to Classify Images without Labels",
        parameters={
            "weight": Parameter(1.0, "λ: how much the found labels count.", maximum=1e6),
            "latent_weight": Parameter(
                0.05,
                "κ: how much a latent's place counts beside the head's answer; small values leave "
                "more to reconstruction.",
                maximum=1e3,
            ),
            "confidence": Parameter(
                0.8,
                "Only images whose label is more probable than this teach the encoder's features.",
                0.0,
                1.0,
            ),
            "temperature": Parameter(
                0.1,
                "T: small values let clusters touch, large ones press them together.",
                1e-3,
                10.0,
            ),
            "pull": Parameter(
                40.0,
                "η: how much being far from the centre of the own cluster counts.",
                maximum=1e3,
            ),
            "radius": Parameter(
                0.12,
                "ρ: within this share of the gap between centres nothing pulls: room for style.",
                0.0,
                0.5,
            ),
            "spacing": Parameter(
                10.0,
                "g: the gap between centres. Clusters of the same shape are easier to decode when "
                "everything is larger.",
                0.1,
                1000.0,
            ),
            "neighbours": Parameter(
                15, "How many neighbours, in features, strokes and pixels each.", 1, 200
            ),
            "renew_every": Parameter(
                2,
                "Epochs after which neighbours in features are looked for again; 0: never.",
                0,
                500,
            ),
            "heads": Parameter(10, "Starts, of which one is kept.", 1, 100),
            "clusters": CLUSTERS,
            "pixel_weight": Parameter(
                1,
                "How many times as often as each of the other two the heads ask neighbours in "
                "pixels.",
                1,
                10,
                late=True,
            ),
            "head_rate": Parameter(0.003, "Learning rate of the heads.", 1e-6, 1.0, late=True),
            "balance": Parameter(
                1.0,
                "How much it counts at first that the heads use all clusters alike; half-way it "
                "counts 1. More at first keeps them from taking two classes for one; SCAN has 5.",
                maximum=100.0,
                late=True,
            ),
            "placed": Parameter(
                "views",
                "Whose latents are pulled to a centre. views: those of the image and of its "
                "augmented view. image: that "
                "of the image alone, which then ends nearer to its centre.",
                choices=("views", "image"),
                label="Latents pulled",
                late=True,
            ),
            "relabel_every": Parameter(
                1,
                "Epochs after which labels are found anew. With few images an epoch is a few steps, in "
                "which nothing is learned of a label.",
                1,
                500,
                late=True,
            ),
            "restarts": Parameter(
                0,
                "How often as many starts again are made while the others do not agree with the one "
                "that is taken.",
                0,
                10,
                late=True,
            ),
            "choice": Parameter(
                "loss",
                "Which start is taken. loss: the one with the lowest loss. agreement: the one whose "
                "clusters the other starts agree with most. Neither sees a label.",
                choices=("loss", "agreement"),
                label="Start taken",
                late=True,
            ),
        },
        schedule=PRETRAINED,
    ),
)
