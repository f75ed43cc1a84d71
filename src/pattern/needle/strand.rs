//! The strings that an expression requires, and where in a match they stand.

use regex_syntax::hir::{Class, Hir, HirKind, Repetition};

use super::LEAST;

/// The most strings that are spelled out for a part of an expression.
const MAX_STRINGS: usize = 64;

/// The most strings that stand for one expression.
const MAX_REQUIRED: usize = 256;

/// Classes with more members than this are not spelled out.
const MAX_CLASS: usize = 16;

/// Repetitions of more than this are not spelled out.
const MAX_REPEAT: u32 = 8;

/// Bytes of a string beyond this do not make it rarer than it is.
const TELLING: usize = 8;

/// Words that stand wherever credentials are spoken of, whoever issued them, or in any code; longer
/// ones before those that they hold.
const COMMON: [&[u8]; 40] = [
    b"authorization",
    b"credential",
    b"passphrase",
    b"https://",
    b"password",
    b"#define",
    b"account",
    b"http://",
    b"private",
    b"service",
    b"webhook",
    b"access",
    b"bearer",
    b"client",
    b"common",
    b"config",
    b"create",
    b"import",
    b"passwd",
    b"public",
    b"return",
    b"secret",
    b"server",
    b"shared",
    b"static",
    b"admin",
    b"basic",
    b"login",
    b"stats",
    b"token",
    b"auth",
    b"echo",
    b"host",
    b"pass",
    b"user",
    b"api",
    b"app",
    b"key",
    b"net",
    b"pwd",
];

/// The rarest strings found of which every match of `hir` holds one.
pub(super) fn required(hir: &Hir) -> Option<Vec<Strand>> {
    analyse(hir).into_required()
}

/// Choices of strings: every match of `hir` holds one of each.
pub(super) fn demanded(hir: &Hir) -> Vec<Vec<Vec<u8>>> {
    analyse(hir).into_demanded()
}

/// The only string that a match of `hir` can be, in lower case.
pub(super) fn only(hir: &Hir) -> Option<Vec<u8>> {
    let [only] = <[_; 1]>::try_from(analyse(hir).exact?).ok()?;
    Some(only)
}

/// A string that a match holds, and how many bytes of the match come before it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Strand {
    /// The bytes, in lower case.
    pub(super) bytes: Vec<u8>,
    /// What comes before it in the match.
    pub(super) before: Width,
}

/// How many bytes something may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Width {
    /// The least.
    pub(super) least: usize,
    /// The most; absent without a limit.
    pub(super) most: Option<usize>,
}

impl Width {
    const NONE: Self = Self {
        least: 0,
        most: Some(0),
    };

    fn of(hir: &Hir) -> Self {
        Self {
            least: hir.properties().minimum_len().unwrap_or(0),
            most: hir.properties().maximum_len(),
        }
    }

    fn then(self, next: Self) -> Self {
        let most = self.most.zip(next.most);
        Self {
            least: self.least.saturating_add(next.least),
            most: most.map(|(one, two)| one.saturating_add(two)),
        }
    }
}

/// What is known of a part of an expression.
#[derive(Debug, Default)]
struct Known {
    /// Everything the part can be, where that is a short list.
    exact: Option<Vec<Vec<u8>>>,
    /// Everything the part can open with, where it is not known exactly.
    opening: Option<Vec<Vec<u8>>>,
    /// Strings of which the part holds one.
    required: Option<Vec<Strand>>,
    /// Choices of strings, of each of which the part holds one: those of its own parts.
    demanded: Vec<Vec<Vec<u8>>>,
}

impl Known {
    fn exactly(strings: Vec<Vec<u8>>) -> Self {
        Self {
            exact: Some(strings),
            ..Self::default()
        }
    }

    /// Everything the part can open with, as far as that is known.
    fn openings(&self) -> Option<&Vec<Vec<u8>>> {
        self.exact.as_ref().or(self.opening.as_ref())
    }

    /// Choices of strings, of each of which the part holds one.
    fn into_demanded(self) -> Vec<Vec<Vec<u8>>> {
        if !self.demanded.is_empty() {
            return self.demanded;
        }
        let required = self.into_required().into_iter();
        required
            .map(|it| it.into_iter().map(|strand| strand.bytes).collect())
            .collect()
    }

    /// The best strings of which the part holds one.
    fn into_required(self) -> Option<Vec<Strand>> {
        let mut best = Best(self.required);
        if let Some(strings) = &self.exact {
            best.offer(strands(strings, Width::NONE));
        }
        best.0
    }
}

/// The best choice of strings so far.
#[derive(Debug, Default)]
struct Best(Option<Vec<Strand>>);

impl Best {
    /// Takes `strands` if they are rarer in texts than what it has.
    fn offer(&mut self, strands: Vec<Strand>) {
        let is_usable = !strands.is_empty() && strands.iter().all(|it| !it.bytes.is_empty());
        if is_usable
            && self
                .0
                .as_ref()
                .is_none_or(|it| rarity(&strands) > rarity(it))
        {
            self.0 = Some(strands);
        }
    }
}

/// How rare the strings are in texts, in tenths of bits: less by two bits for each doubling of
/// their number, a little more for each byte beyond the telling ones.
///
/// Strings that are too short for a needle are worth less than any that are not.
fn rarity(strands: &[Strand]) -> (bool, usize) {
    let shortest = strands.iter().map(|it| it.bytes.len()).min().unwrap_or(0);
    let telling = strands.iter().map(|it| telling(&it.bytes)).min();
    let is_fixed = strands
        .iter()
        .all(|it| it.before.most == Some(it.before.least));
    let doublings = usize::try_from(strands.len().max(1).ilog2()).unwrap_or(0);
    let cost = 20 * doublings + if is_fixed { 0 } else { 5 };
    let rare = (telling.unwrap_or(0) + shortest).saturating_sub(cost);
    (shortest >= LEAST, rare)
}

/// What the bytes of a string tell, in tenths of bits: four bits each, or one where they
/// belong to a common word.
pub(super) fn telling(string: &[u8]) -> usize {
    let mut rest = string;
    let mut told = 0;
    while let Some((_, behind)) = rest.split_first() {
        let word = COMMON.iter().find_map(|it| rest.strip_prefix(*it));
        told += word.map_or(40, |it| 10 * (rest.len() - it.len()));
        rest = word.unwrap_or(behind);
    }
    told.min(40 * TELLING)
}

fn strands(strings: &[Vec<u8>], before: Width) -> Vec<Strand> {
    let strand = |bytes: &Vec<u8>| Strand {
        bytes: bytes.clone(),
        before,
    };
    strings.iter().map(strand).collect()
}

/// What is known of `hir`; its depth is limited by the parser that made it.
fn analyse(hir: &Hir) -> Known {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Known::exactly(vec![Vec::new()]),
        HirKind::Literal(literal) => Known::exactly(vec![literal.0.to_ascii_lowercase()]),
        HirKind::Class(class) => members(class).map_or_else(Known::default, Known::exactly),
        HirKind::Capture(capture) => analyse(&capture.sub),
        HirKind::Repetition(repetition) => repeat(repetition),
        HirKind::Concat(parts) => {
            let mut flat = Vec::new();
            flatten(parts, &mut flat);
            concat(&flat)
        }
        HirKind::Alternation(branches) => alternate(branches),
    }
}

/// The members of a small class, in lower case.
fn members(class: &Class) -> Option<Vec<Vec<u8>>> {
    let Class::Bytes(class) = class else {
        return None;
    };
    let mut strings = Vec::new();
    for range in class.ranges() {
        for byte in range.start()..=range.end() {
            let string = vec![byte.to_ascii_lowercase()];
            if !strings.contains(&string) {
                strings.push(string);
            }
            if strings.len() > MAX_CLASS {
                return None;
            }
        }
    }
    Some(strings)
}

fn repeat(repetition: &Repetition) -> Known {
    let sub = analyse(&repetition.sub);
    let exact = sub.exact.as_ref().and_then(|strings| {
        let most = repetition.max.filter(|it| *it <= MAX_REPEAT)?;
        let mut power = vec![Vec::new()];
        let mut all = Vec::new();
        for count in 0..=most {
            if count >= repetition.min {
                all.extend(power.iter().cloned());
            }
            if count < most {
                power = cross(&power, strings)?;
            }
        }
        distinct(all)
    });
    let is_met = repetition.min > 0;
    Known {
        exact,
        opening: sub.openings().filter(|_| is_met).cloned(),
        demanded: if is_met {
            sub.demanded.clone()
        } else {
            Vec::new()
        },
        required: is_met.then(|| sub.into_required()).flatten(),
    }
}

fn alternate(branches: &[Hir]) -> Known {
    let known: Vec<Known> = branches.iter().map(analyse).collect();
    let all = |strings: Vec<Option<Vec<Vec<u8>>>>| {
        let strings: Option<Vec<_>> = strings.into_iter().collect();
        strings.and_then(|it| distinct(it.into_iter().flatten().collect()))
    };
    let exact = all(known.iter().map(|it| it.exact.clone()).collect());
    let opening = all(known.iter().map(|it| it.openings().cloned()).collect());
    let required = known
        .into_iter()
        .map(Known::into_required)
        .collect::<Option<Vec<_>>>()
        .map(|it| it.into_iter().flatten().collect::<Vec<_>>())
        .filter(|it| it.len() <= MAX_REQUIRED);
    Known {
        exact,
        opening,
        required,
        demanded: Vec::new(),
    }
}

/// The parts of a concatenation, with those of groups in their place.
pub(super) fn flatten<'h>(parts: &'h [Hir], flat: &mut Vec<&'h Hir>) {
    for part in parts {
        let mut inner = part;
        while let HirKind::Capture(capture) = inner.kind() {
            inner = &capture.sub;
        }
        if let HirKind::Concat(inner_parts) = inner.kind() {
            flatten(inner_parts, flat);
        } else {
            flat.push(inner);
        }
    }
}

/// What is known of parts one after the other: the best run of neighbours that are known exactly,
/// or the best of what one of them requires.
fn concat(parts: &[&Hir]) -> Known {
    let mut best = Best::default();
    let mut demanded = Vec::new();
    let mut opening = None;
    let mut at = Width::NONE;
    let mut run = vec![Vec::new()];
    let mut run_at = at;
    for part in parts {
        let known = analyse(part);
        if let Some([only]) = known.exact.as_deref() {
            for it in &mut run {
                it.extend_from_slice(only);
            }
        } else if let Some(longer) = known.exact.as_ref().and_then(|it| cross(&run, it)) {
            best.offer(strands(&run, run_at));
            run = longer;
        } else {
            best.offer(strands(&run, run_at));
            let reached = known.openings().and_then(|it| cross(&run, it));
            let reached = reached.unwrap_or_else(|| run.clone());
            best.offer(strands(&reached, run_at));
            opening.get_or_insert(reached);
            demanded.push(run.clone());
            if let Some(exact) = &known.exact {
                run.clone_from(exact);
                run_at = at;
            } else {
                run = vec![Vec::new()];
                run_at = at.then(Width::of(part));
            }
            let moved = known.required.iter().flatten().map(|it| Strand {
                bytes: it.bytes.clone(),
                before: at.then(it.before),
            });
            best.offer(moved.collect());
            if known.exact.is_none() {
                demanded.extend(known.into_demanded());
            }
        }
        at = at.then(Width::of(part));
    }
    best.offer(strands(&run, run_at));
    if opening.is_some() {
        demanded.push(run.clone());
    }
    Known {
        exact: opening.is_none().then_some(run),
        opening,
        required: best.0,
        demanded,
    }
}

/// Every string of `left` followed by every string of `right`, unless those are too many.
fn cross(left: &[Vec<u8>], right: &[Vec<u8>]) -> Option<Vec<Vec<u8>>> {
    if left.len().saturating_mul(right.len()) > MAX_STRINGS {
        return None;
    }
    let join = |one: &Vec<u8>, two: &Vec<u8>| [one.as_slice(), two].concat();
    let all = left
        .iter()
        .flat_map(|one| right.iter().map(move |two| join(one, two)));
    distinct(all.collect())
}

/// The strings without repetition, unless those are too many.
fn distinct(mut strings: Vec<Vec<u8>>) -> Option<Vec<Vec<u8>>> {
    strings.sort_unstable();
    strings.dedup();
    (strings.len() <= MAX_STRINGS).then_some(strings)
}
