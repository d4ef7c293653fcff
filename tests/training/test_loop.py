"""The loop: deterministic, learns, stops cleanly, keeps held-out images out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from core.data.splits import Data, load
from core.regularizers import CLASSES, Effect, LatentBatch, Overview, Regularizer, Shape
from core.setting.recipes import RECIPES
from core.setting.setting import Setting, Term
from core.training import replay
from core.training.encoding import encode, reconstruction_errors
from core.training.loop import Training
from core.training.records import TrainingDiverged, noted_sentences


def _weights(setting: Setting) -> list[torch.Tensor]:
    training = Training(setting, load(setting), torch.device("cpu"))
    list(training.epochs())
    return [p.detach().clone() for p in training.model.parameters()]


@pytest.mark.parametrize("term", ["none", "vae", "denoising", "contractive", "sine+l1"])
def test_same_seed_same_weights(tiny: Setting, term: str) -> None:
    setting = Setting.from_text({**tiny.to_text(), "regularizer": term})
    for a, b in zip(_weights(setting), _weights(setting), strict=True):
        assert torch.equal(a, b)


def test_another_seed_gives_other_weights(tiny: Setting) -> None:
    first, second = _weights(tiny)[0], _weights(tiny.replace(seed=1))[0]
    assert not torch.equal(first, second)


def test_the_error_on_held_out_images_falls(tiny: Setting) -> None:
    setting = tiny.replace(epochs=20)
    records = list(Training(setting, load(setting)).epochs())
    assert [r.epoch for r in records] == list(range(1, 21))
    assert records[-1].heldout["reconstruction"] < 0.7 * records[0].heldout["reconstruction"]


def test_the_record_is_the_error_of_the_model(tiny: Setting) -> None:
    data = load(tiny)
    training = Training(tiny, data)
    *_, last = training.epochs()
    errors = reconstruction_errors(training.model, data.test, tiny)
    assert errors.shape == (len(data.test),)
    assert float(errors.mean()) == pytest.approx(last.heldout["reconstruction"], rel=1e-5)
    assert encode(training.model, data.test, tiny).shape == (len(data.test), 3)


def test_errors_from_known_latents_are_the_same(tiny: Setting) -> None:
    data = load(tiny)
    training = Training(tiny, data)
    some = data.train.between(5, 40)
    assert len(some) == 35
    torch.testing.assert_close(some.images(tiny), data.train.images(tiny)[5:40])
    assert some.labels.tolist() == data.train.labels[5:40].tolist()
    errors = reconstruction_errors(training.model, some, tiny)
    latents = encode(training.model, some, tiny)
    torch.testing.assert_close(reconstruction_errors(training.model, some, tiny, latents), errors)


def test_every_term_is_recorded_by_name(tiny: Setting) -> None:
    setting = tiny.replace(regularizer=(Term("l1"), Term("denoising"), Term("vae")))
    record = next(Training(setting, load(setting)).epochs())
    assert set(record.train) == set(record.heldout) == {"reconstruction", "l1", "vae"}


def test_a_loss_that_is_not_finite_stops_with_a_sentence_and_the_records(tiny: Setting) -> None:
    setting = tiny.replace(learning_rate=1.0, epochs=60, schedule="constant", pixel_range=255)
    training = Training(setting, load(setting))
    epochs = training.epochs()
    kept = next(epochs)
    with torch.no_grad():
        next(training.model.parameters()).fill_(float("nan"))
    with pytest.raises(TrainingDiverged, match="smaller learning rate") as caught:
        next(epochs)
    assert caught.value.records == [kept]


def test_the_post_is_the_post() -> None:
    setting = RECIPES["post"].setting
    assert len(load(setting).train) == 26_492
    sizes = [tuple(p.shape) for p in Training(setting, load(setting)).model.parameters()]
    assert sorted(s for s in sizes if len(s) == 2) == sorted(
        [(150, 196), (100, 150), (3, 100), (100, 3), (150, 100), (196, 150)]
    )


def test_a_term_acts_only_in_its_epochs_and_a_second_view_repeats_by_seed() -> None:
    setting = Setting(
        dataset="digits",
        epochs=3,
        augmentation="inputs",
        regularizer=(Term.parse("contrastive:from_epoch=2"), Term.parse("rae:until_epoch=1")),
    )
    data = load(setting)
    first, second = Training(setting, data), Training(setting, data)
    records = list(first.epochs())
    list(second.epochs())
    assert [sorted(r.train) for r in records] == [
        ["rae", "reconstruction"],
        ["contrastive", "reconstruction"],
        ["contrastive", "reconstruction"],
    ]
    for ours, theirs in zip(first.model.parameters(), second.model.parameters(), strict=True):
        assert torch.equal(ours, theirs)


@pytest.mark.parametrize("augmentation", ["views", "inputs", "images"])
def test_every_way_to_augment_trains(augmentation: str) -> None:
    setting = Setting(dataset="digits", epochs=2, augmentation=augmentation)
    records = list(Training(setting, load(setting)).epochs())
    assert records[-1].train["reconstruction"] < records[0].train["reconstruction"]


def _state(setting: Setting, data: Data) -> dict[str, torch.Tensor]:
    """All weights after training."""
    training = Training(setting, data, torch.device("cpu"), n_snapshots=0)
    list(training.epochs())
    return training.model.state_dict()


def _with_labels(data: Data, change: Callable[[torch.Tensor], torch.Tensor | None]) -> Data:
    return replace(
        data,
        train=replace(data.train, labels=change(data.train.labels)),
        test=replace(data.test, labels=change(data.test.labels)),
    )


@pytest.mark.parametrize("name", ["none", *CLASSES])
def test_labels_never_reach_training(name: str, tiny: Setting) -> None:
    setting = tiny.replace(regularizer=name)
    data = load(setting)
    weights = _state(setting, data)
    for change in (lambda labels: None, lambda labels: (labels + 1) % 3):
        others = _state(setting, _with_labels(data, change))
        for key, own in weights.items():
            assert torch.equal(own, others[key]), key


@pytest.mark.parametrize("name", list(CLASSES))
def test_every_term_trains_with_the_largest_seed_and_repeats(name: str) -> None:
    setting = Setting(dataset="digits", epochs=3, seed=2**31 - 1, regularizer=(Term(name),))
    data = load(setting)
    first, again = (Training(setting, data, torch.device("cpu"), n_snapshots=0) for _ in range(2))
    records = list(first.epochs())
    assert records[-1].train["reconstruction"] < records[0].train["reconstruction"]
    list(again.epochs())
    for key, weights in first.model.state_dict().items():
        assert torch.equal(weights, again.model.state_dict()[key]), key


class _Asking(Regularizer):
    """A term that asks the loop for everything it offers, and keeps what it was given."""

    needs_partner = True

    seen: tuple[LatentBatch, ...] = ()

    def begin_epoch(self, overview: Overview) -> None:
        self.planned = [*getattr(self, "planned", []), overview]
        self.known = overview.features()

    def partners(self, rows: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        self.rows = rows
        return rows.flip(0)

    def forward(self, batch: LatentBatch) -> Effect:
        self.seen += (batch,)
        if batch.partner is not None:
            self.partner = batch.partner.features.detach()
            self.own = batch.features.detach()
        return Effect(torch.ones(()))


def _asking(setting: Setting, data: Data | None = None) -> tuple[Training, _Asking]:
    """A training whose term "rae" is the one that asks."""
    training = Training(setting, data or load(setting), torch.device("cpu"))
    term = _Asking({}, Shape(3, 64, 64, 1.0), torch.Generator())
    training.model.terms["rae"] = term
    return training, term


def test_terms_get_the_overview_and_the_partners_they_ask_for(tiny: Setting) -> None:
    setting = tiny.replace(epochs=2, regularizer=(Term("rae"),))
    data = load(setting)
    training, term = _asking(setting, data)
    list(training.epochs())
    assert [plan.epoch for plan in term.planned] == [1, 2]
    assert len(term.known) == len(data.train)
    assert len(term.rows) > 1
    torch.testing.assert_close(term.partner, term.own.flip(0))


@pytest.mark.parametrize(
    ("augmentation", "encoder_reads", "decoder_answers"),
    [
        ("views", "clean", "clean"),
        ("inputs", "changed", "clean"),
        ("images", "changed", "changed"),
    ],
)
def test_who_sees_augmented_images(
    tiny: Setting, augmentation: str, encoder_reads: str, decoder_answers: str
) -> None:
    setting = tiny.replace(augmentation=augmentation, shift=0.5, regularizer=(Term("rae"),))
    training, term = _asking(setting)
    with torch.no_grad():
        for weights in training.model.decoder.parameters():
            weights.zero_()  # it answers with nothing: its error is the target's own mean square
    images = training.data.train.images(setting)[:64]
    training._begin_epoch(1)
    error = training.step(images, torch.arange(64))["reconstruction"]
    (batch,) = term.seen
    assert torch.equal(batch.images, images)
    assert torch.equal(batch.inputs, images) == (encoder_reads == "clean")
    target = images if decoder_answers == "clean" else batch.inputs
    torch.testing.assert_close(error, target.square().mean())
    if encoder_reads == "changed":  # much of the ink left the image
        assert batch.inputs.square().mean() < 0.9 * images.square().mean()
    training._heldout()
    assert all(torch.equal(b.inputs, b.images) for b in term.seen[1:])


def test_images_are_corrupted_while_training_and_answered_with_clean(tiny: Setting) -> None:
    setting = tiny.replace(epochs=1, regularizer=(Term("denoising"), Term("rae")))
    training, term = _asking(setting)
    list(training.epochs())
    hidden = [(b.inputs == 0) & (b.images > 0) for b in term.seen if b.rows is not None]
    shown = [b.images > 0 for b in term.seen if b.rows is not None]
    assert torch.cat(hidden).sum() / torch.cat(shown).sum() == pytest.approx(0.25, abs=0.01)
    heldout = [b for b in term.seen if b.rows is None]
    assert heldout
    assert all(torch.equal(b.inputs, b.images) for b in heldout)


def test_a_weight_that_grows_is_a_share_of_the_penalty(tiny: Setting) -> None:
    still = tiny.replace(epochs=4, learning_rate=1e-6, schedule="constant")
    ramp, full = (
        list(Training(still.replace(regularizer=text), load(still)).epochs())
        for text in ("rae:weight=0.5,ramp_epochs=3", "rae:weight=0.5")
    )
    for kind in ("train", "heldout"):
        shares = [
            getattr(a, kind)["rae"] / getattr(b, kind)["rae"]
            for a, b in zip(ramp, full, strict=True)
        ]
        assert shares == pytest.approx([0.25, 0.5, 0.75, 1.0], rel=0.01)


@pytest.mark.parametrize(
    ("count", "sizes"),
    [
        pytest.param(129, [64, 64], id="129 images: one is left out"),
        pytest.param(65, [64], id="65 images: one is left out"),
        pytest.param(66, [64, 2], id="66 images: two are a batch"),
        pytest.param(64, [64], id="64 images: one batch"),
        pytest.param(1, [1], id="a single image still trains"),
    ],
)
def test_a_last_batch_of_one_image_is_left_out(tiny: Setting, count: int, sizes: list[int]) -> None:
    setting = tiny.replace(regularizer=(Term("rae"),))
    data = load(setting)
    training, term = _asking(setting, replace(data, train=data.train.between(0, count)))
    before = [weights.detach().clone() for weights in training.model.parameters()]
    records = list(training.epochs())
    trained_on = [b.rows for b in term.seen if b.rows is not None]
    assert [len(rows) for rows in trained_on] == 2 * sizes
    assert len(torch.cat(trained_on[: len(sizes)]).unique()) == sum(sizes)
    assert training.steps_per_epoch == len(sizes)
    assert any(
        not torch.equal(a, b) for a, b in zip(before, training.model.parameters(), strict=True)
    )
    # a mean over the images that were seen: the term's penalty is 1 for each batch
    assert [record.train["rae"] for record in records] == [1.0, 1.0]
    # the last snapshot is of the trained model
    assert training.snapshots[-1].step == len(trained_on)
    rows = torch.from_numpy(replay.sample(len(data.test)))
    latents = encode(training.model, data.test, setting)[rows]
    torch.testing.assert_close(torch.from_numpy(training.snapshots[-1].latents), latents)


def test_an_image_encoded_again_does_not_depend_on_its_batch(tiny: Setting) -> None:
    setting = tiny.replace(architecture="conv-bn", epochs=1, regularizer="contractive+rae")
    training, term = _asking(setting)
    list(training.epochs())
    model, images = training.model.train(), training.data.train.images(setting)[:12]
    tracked = {k: v for k, v in model.state_dict().items() if k.endswith("num_batches_tracked")}
    # images and their partners, once each: the contractive term's passes have not been counted
    assert {int(count) for count in tracked.values()} == {2 * training.steps_per_epoch}
    before = {key: value.clone() for key, value in model.state_dict().items()}
    contractive, seen = model.terms["contractive"], term.seen[0]

    def sensitivity(some: torch.Tensor) -> torch.Tensor:
        effect = contractive(seen._replace(inputs=some))
        assert effect.penalty is not None
        return effect.penalty.detach()

    alone = torch.stack([sensitivity(image[None]) for image in images])
    torch.testing.assert_close(sensitivity(images), alone.mean())
    torch.testing.assert_close(sensitivity(images[:3]), alone[:3].mean())
    assert alone.std() > 0.01 * alone.mean()  # images do differ
    assert model.training
    for key, value in model.state_dict().items():
        assert torch.equal(value, before[key]), key


def test_the_history_says_which_start_was_taken_and_only_where_it_was(tiny: Setting) -> None:
    text = "self_labelling:from_epoch=2,heads=3,choice=agreement"
    setting = tiny.replace(epochs=3, regularizer=text)
    first, second, third = Training(setting, load(setting)).epochs()
    assert "noted" not in first.to_json() | third.to_json()
    noted = second.to_json()["noted"]["self_labelling"]
    assert noted["starts"] == 3
    assert noted["agreement"] == noted["best_agreement"]
    (sentence,) = noted_sentences(second.noted)
    assert sentence.startswith(
        f"self_labelling: of 3 starts, number {noted['chosen'] + 1} was taken"
    )


@pytest.mark.parametrize("noted", [None, [], {"a": 1}, {"a": {"starts": "many"}}, {"a": {}}])
def test_what_is_no_note_says_nothing(noted: object) -> None:
    assert noted_sentences(noted) == []
