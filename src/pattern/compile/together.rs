//! Which points find parts of one credential.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::Compiler;
use crate::pattern::PatternError;
use crate::pattern::Together;
use crate::pattern::syntax;
use crate::pattern::syntax::PatternFile;
use crate::pattern::syntax::Placed;

/// How far apart the parts of a credential may be when the file does not say, in lines.
const WITHIN: usize = 10;

/// Further apart nothing is a part of one credential, in lines.
const MOST: usize = 100;

/// The points of a file, by name, and where they are listed.
struct Parts<'f> {
    points: BTreeMap<&'f str, &'f syntax::Point>,
    main: BTreeSet<&'f str>,
    with: BTreeSet<&'f str>,
}

impl Compiler<'_> {
    /// Reads which points find parts of one credential.
    pub(super) fn together(&self, file: &PatternFile) -> Result<Vec<Together>, PatternError> {
        let mut parts = Parts {
            points: BTreeMap::new(),
            main: BTreeSet::new(),
            with: BTreeSet::new(),
        };
        for point in &file.detect {
            if let Some(name) = &point.value.point {
                parts.points.insert(name, &point.value);
            }
        }
        for group in &file.together {
            self.collect(group, &mut parts)?;
        }
        for point in &file.detect {
            self.expect_company(point, &parts)?;
        }
        let names =
            |it: &[Placed<String>]| it.iter().map(|it| it.value.clone()).collect::<Vec<_>>();
        let groups = file.together.iter().map(|it| {
            Ok(Together {
                main: names(&it.value.main),
                with: names(&it.value.with),
                within: self.within(&it.value)?,
            })
        });
        groups.collect()
    }

    /// Checks the points of a group, and notes what they are.
    fn collect<'f>(
        &self,
        group: &'f Placed<syntax::Together>,
        parts: &mut Parts<'f>,
    ) -> Result<(), PatternError> {
        let syntax::Together { main, with, .. } = &group.value;
        if main.is_empty() || with.is_empty() {
            return Err(self.script.mistake_at(
                group,
                "a credential of one part is nothing to put together",
                "list points under `main` and under `with`",
            ));
        }
        for name in main {
            if self.part(name, parts)?.public {
                return Err(self.script.mistake_at(
                    name,
                    "the main part of a credential is a secret, and this point is `public`",
                    "list under `main` the points that find the secret, under `with` the others",
                ));
            }
            if !parts.main.insert(&name.value) || parts.with.contains(&*name.value) {
                return Err(self.elsewhere(name));
            }
        }
        for name in with {
            self.part(name, parts)?;
            parts.with.insert(&name.value);
            if parts.main.contains(&*name.value) {
                return Err(self.elsewhere(name));
            }
        }
        Ok(())
    }

    /// The error of a main part that is listed twice.
    fn elsewhere(&self, name: &Placed<String>) -> PatternError {
        self.script.mistake_at(
            name,
            format!("`{}` has another place under `together`", name.value),
            "a point that finds the main part of a credential is listed once",
        )
    }

    /// The point with this name, if it finds a value.
    fn part<'f>(
        &self,
        name: &Placed<String>,
        parts: &Parts<'f>,
    ) -> Result<&'f syntax::Point, PatternError> {
        let Some(point) = parts.points.get(&*name.value) else {
            return Err(self.script.mistake_at(
                name,
                format!("there is no point `{}`", name.value),
                "list names that points have under `point`",
            ));
        };
        if point.env_read.is_some() || point.absence.is_some() {
            return Err(self.script.mistake_at(
                name,
                "this point does not find a value",
                "the parts of a credential are found by `literal`, `assignment` or `query`",
            ));
        }
        Ok(point)
    }

    fn within(&self, written: &syntax::Together) -> Result<usize, PatternError> {
        match &written.within {
            None => Ok(WITHIN),
            Some(it) if it.value <= MOST => Ok(it.value),
            Some(it) => Err(self.script.mistake_at(
                it,
                format!("{} lines are too far apart", it.value),
                format!("the parts of a credential are at most {MOST} lines apart"),
            )),
        }
    }

    /// Checks that a point which finds nothing alone has another to find something with.
    fn expect_company(
        &self,
        point: &Placed<syntax::Point>,
        parts: &Parts<'_>,
    ) -> Result<(), PatternError> {
        let written = &point.value;
        let name = written.point.as_deref().unwrap_or("");
        let is_alone = !parts.main.contains(name) && !parts.with.contains(name);
        let key = match (written.public, written.only_together) {
            (true, _) => "public",
            (false, true) => "only_together",
            (false, false) => return Ok(()),
        };
        if !is_alone {
            return Ok(());
        }
        Err(self.script.mistake_at(
            point,
            format!("the point finds nothing: it is `{key}` and belongs to no other"),
            "list it under `together`",
        ))
    }
}
