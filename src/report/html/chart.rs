//! What the history has brought in, over time.

use std::fmt::Write as _;

use jiff::civil::Date;
use serde::Serialize;

use super::page::LEVELS;
use crate::finding::Finding;
use crate::finding::Presence;
use crate::report::words;
use crate::risk::Level;

const WIDTH: i64 = 1_060;
const HEIGHT: i64 = 260;
const LEFT: i64 = 44;
const RIGHT: i64 = WIDTH - 8;
const TOP: i64 = 10;
const BOTTOM: i64 = HEIGHT - 28;

/// How many years or months are named below the chart.
const TICKS: i64 = 12;

/// A chart of what was brought in until when.
#[derive(Serialize)]
pub(super) struct Chart {
    width: i64,
    height: i64,
    left: i64,
    right: i64,
    lead: String,
    label: String,
    areas: Vec<Area>,
    now: String,
    rules: Vec<Mark>,
    ticks: Vec<Tick>,
    rows: Vec<Row>,
}

/// The part of a level.
#[derive(Serialize)]
struct Area {
    word: &'static str,
    path: String,
}

#[derive(Serialize)]
struct Mark {
    at: i64,
    text: String,
}

#[derive(Serialize)]
struct Tick {
    at: i64,
    text: String,
    anchor: &'static str,
}

/// What there was at the end of a year.
#[derive(Serialize)]
struct Row {
    name: String,
    numbers: Vec<usize>,
}

/// How many findings there are until a day: by level, and of all those that are still there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Point {
    day: Date,
    levels: [usize; 4],
    still: usize,
}

impl Point {
    /// How many there are of the first `number` levels.
    fn sum(&self, number: usize) -> usize {
        self.levels.iter().take(number).sum()
    }
}

impl Chart {
    /// The chart of `findings`; none where nobody has looked at the history.
    pub(super) fn of(findings: &[Finding<'_>]) -> Option<Self> {
        let points = points(findings);
        let (first, last) = (points.first()?, points.last()?);
        let scale = Scale::new(first.day, last);
        let all = last.sum(LEVELS.len());
        let lead = format!(
            "{} brought in between {} and {}; {} in the last commit.",
            words::count(all, "finding"),
            first.day,
            last.day,
            match last.still {
                0 => "none is still".to_owned(),
                1 => "one is still".to_owned(),
                still => format!("{} are still", words::grouped(still)),
            }
        );
        let areas = LEVELS.iter().enumerate().rev();
        let areas = areas.filter(|(number, _)| last.levels.get(*number).is_some_and(|it| *it > 0));
        Some(Self {
            width: WIDTH,
            height: HEIGHT,
            left: LEFT,
            right: RIGHT,
            label: format!("Findings over time. {lead} The numbers are below."),
            lead,
            areas: areas
                .map(|(number, level)| Area {
                    word: level.as_str(),
                    // What lies above covers what lies below, so each reaches down to the ground.
                    path: scale.area(&points, |it| it.sum(number + 1)),
                })
                .collect(),
            now: scale.line(&points, |it| it.still),
            rules: scale.rules(),
            ticks: scale.ticks(),
            rows: rows(&points),
        })
    }
}

/// How many there are, day by day.
fn points(findings: &[Finding<'_>]) -> Vec<Point> {
    let mut events: Vec<(Date, Level, Presence)> = findings
        .iter()
        .filter_map(|it| {
            let introduction = it.introduction.as_ref()?;
            let day = introduction.commit.date.get(..10)?.parse().ok()?;
            Some((day, it.risk.level, introduction.presence))
        })
        .collect();
    events.sort_by_key(|it| it.0);
    let mut points: Vec<Point> = Vec::new();
    for (day, level, presence) in events {
        let mut point = match points.last() {
            Some(last) if last.day == day => points.pop(),
            last => last.copied(),
        }
        .unwrap_or(Point {
            day,
            levels: [0; 4],
            still: 0,
        });
        point.day = day;
        for (number, of) in point.levels.iter_mut().zip(LEVELS) {
            *number += usize::from(of == level);
        }
        point.still += usize::from(presence == Presence::InHead);
        points.push(point);
    }
    points
}

/// From days and numbers to places on the chart.
struct Scale {
    first: Date,
    days: i64,
    most: i64,
    step: i64,
}

impl Scale {
    fn new(first: Date, last: &Point) -> Self {
        let most = number(last.sum(LEVELS.len())).max(1);
        // One, two or five times a power of ten, so that there are at most five rules.
        let powers = (0..i64::MAX.ilog10()).map(|it| 10_i64.pow(it));
        let step = powers
            .flat_map(|power| [1, 2, 5].map(|it| it * power))
            .find(|it| it * 5 >= most)
            .unwrap_or(most);
        Self {
            first,
            days: days(first, last.day).max(1),
            most: (most + step - 1) / step * step,
            step,
        }
    }

    fn x(&self, day: Date) -> i64 {
        LEFT + days(self.first, day) * (RIGHT - LEFT) / self.days
    }

    fn y(&self, count: usize) -> i64 {
        BOTTOM - number(count) * (BOTTOM - TOP) / self.most
    }

    /// The steps that `of` goes.
    fn line(&self, points: &[Point], of: impl Fn(&Point) -> usize) -> String {
        let mut path = format!("M{LEFT} {BOTTOM}");
        for point in points {
            // Writing to a string does not fail.
            let _ = write!(path, "H{}V{}", self.x(point.day), self.y(of(point)));
        }
        let _ = write!(path, "H{RIGHT}");
        path
    }

    /// The area below the steps.
    fn area(&self, points: &[Point], of: impl Fn(&Point) -> usize) -> String {
        format!("{}V{BOTTOM}Z", self.line(points, of))
    }

    fn rules(&self) -> Vec<Mark> {
        let numbers = (0..=self.most / self.step).map(|it| it * self.step);
        let mark = |it: i64| {
            let count = usize::try_from(it).unwrap_or_default();
            Mark {
                at: self.y(count),
                text: words::grouped(count),
            }
        };
        numbers.map(mark).collect()
    }

    /// Years where there are some, else the first and the last day.
    fn ticks(&self) -> Vec<Tick> {
        let last = self.first.saturating_add(jiff::Span::new().days(self.days));
        let (from, to) = (i64::from(self.first.year()) + 1, i64::from(last.year()));
        if to - from < 1 {
            let ends = [(self.first, LEFT, "start"), (last, RIGHT, "end")];
            let tick = |(day, at, anchor): (Date, i64, &'static str)| Tick {
                at,
                text: day.to_string(),
                anchor,
            };
            return ends.map(tick).into();
        }
        let every = (to - from) / TICKS + 1;
        let years = (from..=to).filter(|it| (it - from) % every == 0);
        let tick = |year: i64| {
            let day = Date::new(i16::try_from(year).ok()?, 1, 1).ok()?;
            let at = self.x(day);
            let anchor = if RIGHT - at < 20 { "end" } else { "middle" };
            let text = year.to_string();
            Some(Tick { at, text, anchor })
        };
        years.filter_map(tick).collect()
    }
}

/// How many days lie between.
fn days(first: Date, last: Date) -> i64 {
    i64::from((last - first).get_days())
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// What there was at the end of each year that brought something.
fn rows(points: &[Point]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for point in points {
        let name = point.day.year().to_string();
        let still = std::iter::once(point.still);
        let numbers = point.levels.into_iter().chain(still).collect();
        match rows.last_mut() {
            Some(row) if row.name == name => row.numbers = numbers,
            Some(_) | None => rows.push(Row { name, numbers }),
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(day: &str, high: usize) -> Point {
        Point {
            day: day.parse().unwrap(),
            levels: [0, high, 0, 0],
            still: 1,
        }
    }

    #[test]
    fn rules_are_round_numbers_and_few() {
        let day = "2020-01-01".parse().unwrap();
        for (most, step) in [
            (1, 1),
            (5, 1),
            (6, 2),
            (11, 5),
            (40, 10),
            (260, 100),
            (1_700, 500),
        ] {
            let scale = Scale::new(day, &point("2021-01-01", most));
            assert_eq!(scale.step, step, "{most}");
            let top = scale.rules().pop().unwrap();
            assert!(top.at >= TOP, "{most}");
            assert!(scale.y(most) >= TOP && scale.rules().len() <= 6, "{most}");
        }
    }

    #[test]
    fn a_single_day_is_a_chart_too() {
        let one = point("2021-05-05", 3);
        let scale = Scale::new(one.day, &one);
        let line = scale.line(&[one], |it| it.sum(4));
        assert!(
            line.starts_with(&format!("M{LEFT} {BOTTOM}H{LEFT}V")),
            "{line}"
        );
        assert!(line.ends_with(&format!("H{RIGHT}")), "{line}");
        assert_eq!(scale.ticks().len(), 2);
    }

    #[test]
    fn years_are_named() {
        let scale = Scale::new("2019-06-01".parse().unwrap(), &point("2023-03-01", 3));
        let named: Vec<String> = scale.ticks().into_iter().map(|it| it.text).collect();
        assert_eq!(named, ["2020", "2021", "2022", "2023"]);
    }
}
