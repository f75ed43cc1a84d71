"""Candidates with their labels, as train.py needs them."""

import collections
import csv
import dataclasses
import json

import numpy as np
import scipy.sparse as sp

SIDES = ("value", "name", "place")

# How much a candidate counts by what is known of it.
LABELLED = 1.0
BESIDE_LABEL = 0.3
UNLABELLED = 0.15
CLEAN = 0.05
MADE_UP = 0.2

# Of so many candidates of clean projects one is taken.
THIN = 25

# Features that say that a value is evidently none.
EVIDENT = ("Template", "Reference", "Prose", "Place", "IdentifierPath", "Keyword", "NameWords", "RepeatsName")


@dataclasses.dataclass
class Data:
    """All candidates, one row each."""

    names: list
    layout: int
    buckets: int
    features: np.ndarray
    grams: dict
    truth: np.ndarray
    weight: np.ndarray
    group: np.ndarray
    judged: np.ndarray
    places: list


def read(path):
    """The head and the candidates of one file of the example `candidates`."""
    with open(path, encoding="utf-8") as file:
        head = json.loads(file.readline())
        return head, [json.loads(line) for line in file]


def labels_of(path):
    """The labelled places of each path: lines, columns of the value or None, label, repository."""
    labels = collections.defaultdict(list)
    for row in csv.DictReader(open(path, encoding="utf-8")):
        columns = None
        if row["value_start"] and row["value_end"]:
            columns = int(row["value_start"]), int(row["value_end"])
        lines = int(row["line_start"]), int(row["line_end"])
        labels[row["path"]].append((lines, columns, row["label"], row["repo"]))
    return labels


def judge(candidate, places):
    """Truth and weight of a candidate, by the labels of its file."""
    first, last = candidate["line"], candidate["end_line"]
    here = [it for it in places if it[0][0] <= last and first <= it[0][1]]
    exact, rough, beside = [], [], []
    for lines, columns, label, _ in here:
        if columns is None:
            rough.append(label)
        elif lines[0] != lines[1] or (candidate["start"] < columns[1] and columns[0] < candidate["end"]):
            exact.append(label)
        else:
            beside.append(label)
    if "T" in exact:
        return True, LABELLED
    if "T" in rough:
        # Some value of the line is one.
        return True, BESIDE_LABEL
    if "T" in beside:
        # Another value of the line is one.
        return False, BESIDE_LABEL
    if exact or rough:
        return False, LABELLED
    return False, BESIDE_LABEL if beside else UNLABELLED


def load(benchmark, labels, clean=(), made_up=()):
    """Reads everything; `judged` are the rows whose labels somebody gave."""
    known = labels_of(labels)
    repo_of = {path.split("/")[1]: rows[0][3] for path, rows in known.items()}
    rows, truth, weight, group, judged = [], [], [], [], []
    head, candidates = read(benchmark)
    for it in candidates:
        real, weighs = judge(it, known.get(it["path"], ()))
        folder = it["path"].split("/")[1]
        rows.append(it)
        truth.append(real)
        weight.append(weighs)
        group.append(repo_of.get(folder, folder))
        judged.append(weighs == LABELLED)
    evident = [head["names"].index(it) for it in EVIDENT]
    for source in clean:
        other, candidates = read(source)
        assert other["layout"] == head["layout"]
        for number, it in enumerate(candidates):
            # Clean projects have far more to ask about than the benchmark; a part will do.
            if number % THIN == 0 and any(it["features"][index] for index in evident):
                rows.append(it)
                truth.append(False)
                weight.append(CLEAN)
                group.append("clean " + it["path"].split("/")[0])
                judged.append(False)
    for source in made_up:
        other, candidates = read(source)
        assert other["layout"] == head["layout"]
        for it in candidates:
            rows.append(it)
            truth.append(True)
            weight.append(MADE_UP)
            group.append("made up " + it["path"].split("/")[0])
            judged.append(False)
    features = np.array([it["features"] for it in rows], dtype=np.float32)
    data = Data(
        names=head["names"],
        layout=head["layout"],
        buckets=head["buckets"],
        features=features,
        grams={side: matrix([it[side] for it in rows], head["buckets"]) for side in SIDES},
        truth=np.array(truth),
        weight=np.array(weight),
        group=np.array(group),
        judged=np.array(judged),
        places=[(it["path"], it["line"], it["start"], it["end"], it["form"]) for it in rows],
    )
    data.weight *= rarity(data)
    return data


def matrix(rows, buckets):
    """Counts of buckets, each row divided by the root of its length, as the program does."""
    indptr = np.cumsum([0] + [len(it) for it in rows])
    indices = np.concatenate([np.asarray(it, dtype=np.int32) for it in rows]) if rows else []
    values = np.concatenate([np.full(len(it), len(it) ** -0.5, dtype=np.float32) for it in rows])
    found = sp.csr_matrix((values, indices, indptr), shape=(len(rows), buckets))
    found.sum_duplicates()
    return found


def rarity(data):
    """Less for candidates that a repository repeats, and for those of large repositories."""
    size = collections.Counter(data.group)
    keys = [(group, row.tobytes()) for group, row in zip(data.group, data.features)]
    same = collections.Counter(keys)
    repeated = np.array([same[it] ** -0.5 for it in keys])
    large = np.array([min(1.0, (size[it] / 100) ** -0.5) for it in data.group])
    return repeated * large
