//! The weights, and how they are added up.
//!
//! Three linear models over hashed pieces of text give three numbers; a forest of small trees
//! looks at them and at all other features; a table turns its sum into a probability.
//! `training/train.py` writes the file that is read here.

use std::sync::LazyLock;

use super::features::{COUNT, Feature, Features, names};
use super::grams::{Grams, Side};
use super::view::View;

/// What [`get`] reads.
static WEIGHTS: &[u8] = include_bytes!("weights.bin");

/// What the file begins with.
const MAGIC: [u8; 4] = *b"SHCM";

/// Tells one list of features from another; weights are of use with their own list alone.
pub const LAYOUT: u32 = layout();

/// More trees than this are a mistake.
const MOST_TREES: usize = 1024;

/// How many questions each tree asks.
const LEVELS: usize = 5;

/// How many leaves a tree has, which is one more than it has nodes.
const LEAVES: usize = 1 << LEVELS;

/// The model; empty when the weights do not fit the program, which a test excludes.
pub(super) fn get() -> &'static Model {
    static MODEL: LazyLock<Model> = LazyLock::new(|| Model::read(WEIGHTS).unwrap_or_default());
    &MODEL
}

/// What was learned.
#[derive(Debug, Default)]
pub(super) struct Model {
    value: Linear,
    name: Linear,
    place: Linear,
    /// The middle of each feature over all candidates.
    neutral: Vec<f32>,
    /// Where the sum of the trees starts.
    start: f32,
    trees: Vec<Tree>,
    /// Sums and their probabilities, by the sum.
    scale: Vec<(f32, f32)>,
}

/// A sum of the weights of buckets.
#[derive(Debug, Default)]
struct Linear {
    bias: f32,
    /// What a weight of one stands for.
    unit: f32,
    weights: Vec<i8>,
}

/// A tree in which every leaf is as deep as the others.
#[derive(Debug)]
struct Tree {
    /// Level by level: below node `n` are `2n + 1` and `2n + 2`; the last one is of no use.
    nodes: [Node; LEAVES],
    leaves: [f32; LEAVES],
}

/// A question to a feature: is it at most the bound?
#[derive(Debug, Clone, Copy, Default)]
struct Node {
    bound: f32,
    feature: u8,
}

impl Tree {
    /// What the tree adds to the sum.
    ///
    /// Without branches, and without checks: sizes are powers of two.
    fn answer(&self, features: &Features) -> f32 {
        let mut at = 0;
        for _ in 0..LEVELS {
            let node = self.nodes.get(at % LEAVES).copied().unwrap_or_default();
            let right = features.at(node.feature) > node.bound;
            at = at * 2 + 1 + usize::from(right);
        }
        let leaf = self.leaves.get((at + 1) % LEAVES);
        leaf.copied().unwrap_or_default()
    }

    /// Reads the nodes of a tree; `None` at the end of the file.
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let mut nodes = [Node::default(); LEAVES];
        for node in nodes.iter_mut().take(LEAVES - 1) {
            let [feature] = reader.take()?;
            let bound = reader.real()?;
            if usize::from(feature) >= COUNT {
                return None;
            }
            *node = Node { bound, feature };
        }
        let leaves = [0.0; LEAVES];
        Some(Self { nodes, leaves })
    }
}

impl Model {
    /// All features of a candidate, with the scores of the linear parts.
    pub(super) fn complete(&self, view: &View<'_>) -> Features {
        let mut features = Features::of(view);
        for (feature, linear, side) in [
            (Feature::ValueScore, &self.value, Side::Value),
            (Feature::NameScore, &self.name, Side::Name),
            (Feature::PlaceScore, &self.place, Side::Place),
        ] {
            features.set(feature, linear.score(&Grams::of(side, view)));
        }
        features
    }

    /// The sum of the trees.
    pub(super) fn sum(&self, features: &Features) -> f32 {
        let answers = self.trees.iter().map(|it| it.answer(features));
        self.start + answers.sum::<f32>()
    }

    /// The probability that goes with features.
    pub(super) fn probability(&self, features: &Features) -> f32 {
        self.scaled(self.sum(features))
    }

    /// The probability that goes with a sum: on the line between the points of the table.
    fn scaled(&self, sum: f32) -> f32 {
        let after = self.scale.partition_point(|(it, _)| *it <= sum);
        let before = after.checked_sub(1).and_then(|it| self.scale.get(it));
        match (before, self.scale.get(after)) {
            (Some((low, from)), Some((high, to))) => {
                from + (to - from) * (sum - low) / (high - low)
            }
            (Some((_, only)), None) | (None, Some((_, only))) => *only,
            (None, None) => 0.5,
        }
    }

    /// The middle of a feature over all candidates.
    pub(super) fn neutral(&self, feature: Feature) -> f32 {
        let found = self.neutral.get(feature as usize);
        found.copied().unwrap_or_default()
    }

    /// Reads the file; `None` when it is not for this program.
    fn read(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader(bytes);
        if reader.take()? != MAGIC || u32::from_le_bytes(reader.take()?) != LAYOUT {
            return None;
        }
        let mut linear = || Linear::read(&mut reader);
        let (value, name, place) = (linear()?, linear()?, linear()?);
        let neutral = (0..COUNT).map(|_| reader.real()).collect::<Option<_>>()?;
        let start = reader.real()?;
        let unit = reader.real()?;
        let trees = reader.count().filter(|it| *it <= MOST_TREES)?;
        if reader.count()? != LEVELS {
            return None;
        }
        let trees = (0..trees).map(|_| Tree::read(&mut reader));
        let mut trees: Vec<Tree> = trees.collect::<Option<_>>()?;
        for leaf in trees.iter_mut().flat_map(|it| &mut it.leaves) {
            *leaf = f32::from(i16::from_le_bytes(reader.take()?)) * unit;
        }
        let points = reader.count()?;
        let scale = (0..points).map(|_| Some((reader.real()?, reader.real()?)));
        let scale = scale.collect::<Option<_>>()?;
        reader.0.is_empty().then_some(Self {
            value,
            name,
            place,
            neutral,
            start,
            trees,
            scale,
        })
    }
}

impl Linear {
    /// The mean weight of the buckets, made larger where there are many.
    fn score(&self, grams: &Grams) -> f32 {
        let buckets = grams.buckets();
        let weight = |it: &u16| self.weights.get(usize::from(*it)).copied().unwrap_or(0);
        let sum: i32 = buckets.iter().map(|it| i32::from(weight(it))).sum();
        let sum = f32::from(i16::try_from(sum).unwrap_or(0));
        let count = f32::from(u16::try_from(buckets.len().max(1)).unwrap_or(1));
        self.bias + self.unit * sum / count.sqrt()
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let bias = reader.real()?;
        let unit = reader.real()?;
        let (weights, rest) = reader.0.split_at_checked(Grams::BUCKETS)?;
        reader.0 = rest;
        let weights = weights.iter().map(|it| i8::from_le_bytes([*it])).collect();
        Some(Self {
            bias,
            unit,
            weights,
        })
    }
}

/// Takes numbers from the front of a file.
struct Reader<'b>(&'b [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    fn real(&mut self) -> Option<f32> {
        self.take().map(f32::from_le_bytes)
    }

    fn count(&mut self) -> Option<usize> {
        self.take().map(u16::from_le_bytes).map(usize::from)
    }
}

/// The hash of all names of features, in order, and of the number of buckets.
const fn layout() -> u32 {
    let mut hash = 0x811c_9dc5_u32 ^ Grams::VERSION;
    let mut names = names();
    while let [name, others @ ..] = names {
        let mut bytes = name.as_bytes();
        while let [byte, rest @ ..] = bytes {
            hash = (hash ^ *byte as u32).wrapping_mul(0x0100_0193);
            bytes = rest;
        }
        hash = (hash ^ 0x20).wrapping_mul(0x0100_0193);
        names = others;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weights_are_for_this_list_of_features() {
        assert!(
            Model::read(WEIGHTS).is_some(),
            "train again: layout {LAYOUT}"
        );
    }

    #[test]
    fn the_weights_are_small() {
        assert!(WEIGHTS.len() + include_bytes!("words.bin").len() <= 200_000);
    }

    #[test]
    fn other_files_are_refused() {
        assert!(Model::read(b"").is_none());
        assert!(Model::read(b"SHCM").is_none());
        let cut = WEIGHTS.split_last().unwrap().1;
        assert!(Model::read(cut).is_none());
        let long = [WEIGHTS, &[0]].concat();
        assert!(Model::read(&long).is_none());
    }

    #[test]
    fn a_higher_sum_is_a_higher_probability() {
        let model = get();
        let mut last = 0.0;
        for step in -100_i8..=100 {
            let here = model.scaled(f32::from(step) / 10.0);
            assert!((last..=1.0).contains(&here));
            last = here;
        }
    }
}
