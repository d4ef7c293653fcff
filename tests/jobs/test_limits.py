"""What visitors may ask for: the limits, who may cancel, and what a later process goes on with."""

from __future__ import annotations

import json
import threading

import pytest

from core.jobs import requests, tasks
from core.jobs.limits import LIMITS, is_public, limit
from core.jobs.queue import QueueFull
from core.jobs.trainings import JobQueue
from core.jobs.workers import Workers
from core.runs.store import Store
from core.setting.paths import ROOT
from core.setting.setting import Setting


@pytest.fixture
def held(monkeypatch):
    """Trainings that wait for the test's word, or until they are cancelled."""
    go = threading.Event()

    def train(setting, root, report):
        while not go.wait(0.01):
            report(tasks.TrainingNews("training", None, []))

    monkeypatch.setattr(tasks, "train", train)
    yield go
    go.set()


@pytest.fixture
def queue(store: Store, held):
    found = JobQueue(store, workers=Workers(2))
    yield found
    held.set()
    assert found.join(20)


# -------------------------------------------------------------------------------- the limits
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param("7.5", 7.5, id="a number"),
        pytest.param("inf", float("inf"), id="no limit"),
        pytest.param("-3", 0.0, id="negative: nothing"),
        pytest.param("nan", 0.0, id="not a number: nothing"),
        pytest.param("many", 60.0, id="a word is passed over"),
    ],
)
def test_a_limit_is_read_from_the_environment(monkeypatch, given, expected) -> None:
    monkeypatch.setenv("LATENT_CLUSTERS_TRAINING_MINUTES", given)
    assert limit("TRAINING_MINUTES") == expected


def test_a_public_host_has_tighter_ones(monkeypatch) -> None:
    monkeypatch.setenv("LATENT_CLUSTERS_PUBLIC", "0")
    assert not is_public()
    own = {name: limit(name) for name in LIMITS}
    monkeypatch.setenv("LATENT_CLUSTERS_PUBLIC", "1")
    assert is_public()
    assert all(limit(name) < own[name] for name in LIMITS)


def test_the_documented_table_is_that_of_the_code() -> None:
    text = (ROOT / "docs" / "deploy.md").read_text()
    for name, known in LIMITS.items():
        row = f"| `LATENT_CLUSTERS_{name}` | {known.own:g} | {known.public:g} | {known.meaning} |"
        assert row in text


def test_a_visitor_may_have_so_many_trainings_and_leaves_room_for_others(
    tiny: Setting, queue: JobQueue, monkeypatch
) -> None:
    monkeypatch.setenv("LATENT_CLUSTERS_VISITOR_JOBS", "3")
    for seed in range(3):
        queue.submit(tiny.replace(seed=seed), "ann")
    with pytest.raises(QueueFull, match="3 trainings that you asked for"):
        queue.submit(tiny.replace(seed=3), "ann")
    assert queue.submit(tiny.replace(seed=3), "bob").active
    assert queue.submit(tiny, "ann") is queue.find(tiny)  # what she has already costs nothing


def test_minutes_count_of_a_visitor_and_of_all(tiny: Setting, queue: JobQueue, monkeypatch) -> None:
    monkeypatch.setenv("LATENT_CLUSTERS_VISITOR_MINUTES", "30")
    monkeypatch.setenv("LATENT_CLUSTERS_QUEUE_MINUTES", "50")
    queue.submit(tiny, "ann", 20 * 60)
    with pytest.raises(QueueFull, match=r"you asked for would take more than 30 min"):
        queue.submit(tiny.replace(seed=1), "ann", 11 * 60)
    queue.submit(tiny.replace(seed=2), "bob", 29 * 60)
    with pytest.raises(QueueFull, match=r"visitors asked for would take more than 50 min"):
        queue.submit(tiny.replace(seed=3), "eve", 2 * 60)
    assert len(queue.active()) == 2


# ---------------------------------------------------------------------------------- who cancels
def test_a_job_ends_when_nobody_is_left_who_wants_it(tiny: Setting, queue: JobQueue) -> None:
    job = queue.submit(tiny, "ann")
    queue.submit(tiny, "bob")
    job.withdraw(["eve"])
    job.withdraw(["ann"])
    assert job.active
    job.withdraw(["bob"])
    assert queue.join(20)
    assert job.state == "cancelled"


# -------------------------------------------------------------------- after the process has ended
def test_another_process_goes_on_with_what_was_asked_for(
    tiny: Setting, store: Store, queue: JobQueue
) -> None:
    queue.submit(tiny, "ann", 40)
    queue.submit(tiny.replace(seed=1), "bob", 50)
    later = JobQueue(store, workers=Workers(2))
    assert later.resume() == 2
    first, second = later.active()
    assert [first.setting, second.setting] == [tiny, tiny.replace(seed=1)]
    assert (first.visitors, second.visitors) == ({"ann"}, {"bob"})  # or no one could withdraw
    assert (first.seconds, second.seconds) == (40, 50)
    for job in later.active():
        job.cancel()
    assert later.join(20)
    assert JobQueue(store).resume() == 0  # cancelled: nobody wants them any more


def test_what_ends_its_process_each_time_is_given_up(tiny: Setting, store: Store) -> None:
    requests.note(store.root, tiny, {"ann"}, 3.0)
    starts = [len(requests.unfinished(store.root)) for _ in range(4)]
    assert starts == [1, 1, 0, 0]
    assert not list(store.root.iterdir())


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\xff\x00", id="noise"),
        pytest.param(b"[]", id="a list"),
        pytest.param(
            b'{"setting": {"epochs": -1}, "visitors": [], "seconds": 1, "starts": 1}',
            id="no Setting",
        ),
        pytest.param(b'{"setting": 3}', id="other types"),
        pytest.param(b" " * 200_000, id="too large"),
    ],
)
def test_files_that_are_no_requests_are_deleted(
    store: Store, tiny: Setting, content: bytes
) -> None:
    requests.note(store.root, tiny, {"ann"}, 3.0)
    foreign = store.root / ".request-foreign.json"
    foreign.write_bytes(content)
    (store.root / ".request-link.json").symlink_to("/etc/hostname")
    assert [request.setting for request in requests.unfinished(store.root)] == [tiny]
    assert [path.name for path in store.root.iterdir()] == [f".request-{tiny.name}.json"]


def test_requests_hold_what_a_page_may_tell(store: Store, tiny: Setting) -> None:
    requests.note(store.root, tiny, {"ann"}, 3.0)
    (path,) = store.root.iterdir()
    assert json.loads(path.read_text())["visitors"] == ["ann"]
    requests.forget(store.root, tiny)
    requests.forget(store.root, tiny)
    assert not list(store.root.iterdir())
