#!/usr/bin/env python3
"""Trains the model that judges candidates, and writes its weights.

    python3 training/train.py --benchmark cred.jsonl --labels labels.csv \\
        --clean clean.jsonl --made-up made-up.jsonl --out src/detect/classifier/weights.bin

README.md in this folder says where the files come from.
"""

import argparse
import csv
import struct
import warnings

import lightgbm
import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.model_selection import GroupKFold

from data import SIDES, load

SEED = 7
FOLDS = 6
INNER_FOLDS = 4
LEVELS = 5
TREES = 90
LEAST_GROUPS = 3
STRENGTH = {"value": 0.3, "name": 0.1, "place": 0.1}
FOREST = {
    "objective": "binary",
    "learning_rate": 0.08,
    "max_depth": LEVELS,
    "num_leaves": 20,
    "min_data_in_leaf": 25,
    "min_sum_hessian_in_leaf": 1.0,
    "lambda_l2": 5.0,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "max_bin": 63,
    "seed": SEED,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 2,
    "verbosity": -1,
}
EXTRA = ("clean", "made up")
SCORES = ("ValueScore", "NameScore", "PlaceScore")

warnings.filterwarnings("ignore", category=UserWarning)


class Linear:
    """A linear model over the buckets of one side."""

    def __init__(self, side, data, rows):
        grams = data.grams[side][rows]
        self.kept = np.array(common(grams, data.group[rows]))
        model = LogisticRegression(C=STRENGTH[side], solver="liblinear", random_state=SEED)
        model.fit(grams[:, self.kept], data.truth[rows], sample_weight=data.weight[rows])
        self.weights = np.zeros(data.buckets)
        self.weights[self.kept] = model.coef_[0]
        self.bias = float(model.intercept_[0])
        self.unit = max(np.abs(self.weights).max(), 1e-6) / 127
        self.small = np.round(self.weights / self.unit).astype(np.int8)

    def scores(self, grams):
        return self.bias + self.unit * (grams @ self.small.astype(np.float64))


def common(grams, groups):
    """Buckets that candidates of several repositories fall into."""
    seen = np.zeros(grams.shape[1], dtype=np.int32)
    for group in np.unique(groups):
        rows = grams[groups == group]
        seen[np.unique(rows.indices)] += 1
    return np.flatnonzero(seen >= LEAST_GROUPS)


def folds(data, rows, count):
    """Which rows are left out together: whole repositories; places in `rows`.

    What is clean or made up has folds of its own, so that those of the benchmark stay the same.
    """
    groups = data.group[rows]
    extra = np.array([it.startswith(EXTRA) for it in groups])
    fold = np.zeros(len(rows), dtype=int)
    for part in (~extra, extra):
        if part.any():
            split = GroupKFold(count, shuffle=True, random_state=SEED)
            places = np.flatnonzero(part)
            for number, (_, test) in enumerate(split.split(places, groups=groups[part])):
                fold[places[test]] = number
    for number in range(count):
        yield np.flatnonzero(fold != number), np.flatnonzero(fold == number)


class Model:
    """Linear parts, and a forest that looks at their scores and at all features."""

    def __init__(self, data, rows):
        features = data.features[rows].astype(np.float64)
        columns = [data.names.index(it) for it in SCORES]
        for side, column in zip(SIDES, columns):
            for train, test in folds(data, rows, INNER_FOLDS):
                linear = Linear(side, data, rows[train])
                features[test, column] = linear.scores(data.grams[side][rows[test]])
        self.linear = {side: Linear(side, data, rows) for side in SIDES}
        self.neutral = np.median(features, axis=0)
        train = lightgbm.Dataset(features, data.truth[rows], weight=data.weight[rows])
        self.forest = lightgbm.train(FOREST, train, num_boost_round=TREES)

    def sums(self, data, rows):
        features = data.features[rows].astype(np.float64)
        for side, name in zip(SIDES, SCORES):
            features[:, data.names.index(name)] = self.linear[side].scores(data.grams[side][rows])
        return self.forest.predict(features, raw_score=True)


def out_of_fold(data):
    """The sum of each row by a model that has not seen its repository."""
    sums = np.zeros(len(data.truth))
    for train, test in folds(data, np.arange(len(data.truth)), FOLDS):
        sums[test] = Model(data, train).sums(data, test)
    return sums


def scale_of(sums, truth, weight):
    """Points that turn sums into probabilities: isotonic, then few."""
    fit = IsotonicRegression(y_min=0.003, y_max=0.997, out_of_bounds="clip")
    fit.fit(sums, truth, sample_weight=weight)
    # The middle of equal shares of the rows, so that no point rests on few.
    edges = np.quantile(sums, np.linspace(0, 1, 25))
    points = []
    for low, high in zip(edges[:-1], edges[1:]):
        inside = (sums >= low) & (sums <= high)
        where = np.average(sums[inside], weights=weight[inside])
        points.append((where, float(np.average(fit.predict(sums[inside]), weights=weight[inside]))))
    kept = [points[0]]
    for where, probability in points[1:]:
        if where > kept[-1][0] + 1e-3:
            kept.append((where, max(probability, kept[-1][1])))
    return kept


def scaled(points, sums):
    where, probability = zip(*points)
    return np.interp(sums, where, probability)


def calibrated(data, sums):
    """Out-of-fold probabilities: the scale too is made without the repository."""
    rows = np.flatnonzero(data.judged)
    probability = np.zeros(len(sums))
    for train, test in folds(data, np.arange(len(data.truth)), FOLDS):
        train = np.intersect1d(train, rows)
        points = scale_of(sums[train], data.truth[train], data.weight[train])
        probability[test] = scaled(points, sums[test])
    return probability


def report(data, sums, probability):
    rows = data.judged
    truth, shown = data.truth[rows], probability[rows]
    print(f"judged {rows.sum()}: {truth.sum()} secrets; all rows {len(truth)} of {len(data.truth)}")
    print(f"weighted AP {average_precision_score(truth, sums[rows], sample_weight=data.weight[rows]):.4f}")
    print(f"AUC {roc_auc_score(truth, sums[rows]):.4f}  AP {average_precision_score(truth, sums[rows]):.4f}")
    best = (0, 0)
    for bound in np.linspace(0.1, 0.95, 18):
        found = shown >= bound
        right = (found & truth).sum()
        precision, recall = right / max(1, found.sum()), right / truth.sum()
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        best = max(best, (f1, bound))
        print(f"  at {bound:.2f}: P {precision:.3f} R {recall:.3f} F1 {f1:.3f}")
    print(f"best F1 {best[0]:.3f} at {best[1]:.2f}")
    weight = data.weight[rows]
    print("reliability: called, found, number, found where repetitions count less")
    for low in np.arange(0, 1, 0.1):
        inside = (shown >= low) & (shown < low + 0.1 + 1e-9 * (low > 0.85))
        if inside.sum():
            print(f"  {low:.1f}-{low + 0.1:.1f}: {shown[inside].mean():.3f} {truth[inside].mean():.3f} {inside.sum()} "
                  f"{np.average(truth[inside], weights=weight[inside]):.3f}")
    other = ~rows
    for kind in EXTRA:
        of_kind = other & np.array([it.startswith(kind) for it in data.group])
        if of_kind.sum():
            for value in (False, True):
                these = of_kind & (data.truth == value)
                if these.sum():
                    print(f"{kind} {value}: {these.sum()}, at 0.5: {(probability[these] >= 0.5).mean():.3f}")


def complete(tree):
    """A tree of LightGBM as bounds, features and leaves, level by level."""
    inner = (1 << LEVELS) - 1
    nodes = [(0, float("inf"))] * inner
    leaves = [0.0] * (inner + 1)

    def put(node, at):
        if at >= inner:
            assert "leaf_value" in node
            leaves[at - inner] = node["leaf_value"]
        elif "leaf_value" in node:
            put(node, 2 * at + 1)
            put(node, 2 * at + 2)
        else:
            assert node["decision_type"] == "<="
            nodes[at] = (node["split_feature"], node["threshold"])
            put(node["left_child"], 2 * at + 1)
            put(node["right_child"], 2 * at + 2)

    put(tree["tree_structure"], 0)
    return nodes, leaves


def write(path, data, model, points):
    """The file that src/detect/classifier/model.rs reads."""
    out = [b"SHCM", struct.pack("<I", data.layout)]
    for side in SIDES:
        linear = model.linear[side]
        out += [struct.pack("<ff", linear.bias, linear.unit), linear.small.tobytes()]
    out.append(model.neutral.astype("<f4").tobytes())
    trees = [complete(it) for it in model.forest.dump_model()["tree_info"]]
    unit = max(abs(leaf) for _, leaves in trees for leaf in leaves) / 32767
    out.append(struct.pack("<ffHH", 0.0, unit, len(trees), LEVELS))
    for nodes, _ in trees:
        out += [struct.pack("<Bf", feature, min(bound, 3e38)) for feature, bound in nodes]
    for _, leaves in trees:
        out += [struct.pack("<h", round(leaf / unit)) for leaf in leaves]
    out.append(struct.pack("<H", len(points)))
    out += [struct.pack("<ff", *it) for it in points]
    content = b"".join(out)
    with open(path, "wb") as file:
        file.write(content)
    print(f"{len(content)} bytes, {len(trees)} trees")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--benchmark", required=True)
    parser.add_argument("--labels", required=True)
    parser.add_argument("--clean", nargs="*", default=[])
    parser.add_argument("--made-up", nargs="*", default=[])
    parser.add_argument("--out", help="where the weights go; without it nothing is written")
    parser.add_argument("--predictions", help="where the out-of-fold probabilities go")
    args = parser.parse_args()
    data = load(args.benchmark, args.labels, args.clean, args.made_up)
    sums = out_of_fold(data)
    probability = calibrated(data, sums)
    report(data, sums, probability)
    if args.predictions:
        with open(args.predictions, "w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            for place, it, real, sure in zip(data.places, probability, data.truth, data.judged):
                rows.writerow([*place, f"{it:.4f}", int(real), int(sure)])
    if args.out:
        rows = np.flatnonzero(data.judged)
        points = scale_of(sums[rows], data.truth[rows], data.weight[rows])
        write(args.out, data, Model(data, np.arange(len(data.truth))), points)


if __name__ == "__main__":
    main()
