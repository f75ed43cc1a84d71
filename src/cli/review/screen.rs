//! What a review shows, and how it asks.

use std::io;
use std::io::IsTerminal as _;

use dialoguer::Input;
use dialoguer::console::Term;

use crate::cli::terminal;
use crate::finding::Finding;
use crate::fix;
use crate::fix::Applicability;
use crate::fix::FileFix;
use crate::fix::Fix;
use crate::fix::Requires;
use crate::fix::Skipped;
use crate::report;
use crate::report::Charset;
use crate::report::Style;
use crate::report::plain;
use crate::secret::SecretName;

/// What a person has decided about a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// Make it.
    Accept,
    /// Make it, and every other one for findings of this pattern.
    AcceptPattern,
    /// Leave the finding as it is.
    Skip,
    /// Leave the finding, with a comment that says why.
    Allow,
    /// Store the value under another name.
    Name,
    /// End the review.
    Quit,
}

/// The terminal.
pub(super) struct Screen {
    term: Term,
    style: Style,
}

impl Screen {
    /// The terminal, if both ends of it are one.
    pub(super) fn open() -> Option<Self> {
        let term = Term::stderr();
        let both = term.is_term() && io::stdin().is_terminal();
        let (_, columns) = term.size();
        both.then(|| Self {
            style: Style {
                color: terminal::color(&io::stderr()),
                charset: Charset::Ascii,
                width: usize::from(columns),
            },
            term,
        })
    }

    /// Shows a line.
    pub(super) fn say(&self, line: &str) -> io::Result<()> {
        self.term.write_line(&plain(line))
    }

    /// Shows what was found, and where.
    pub(super) fn head(&self, finding: &Finding<'_>, place: &str) -> io::Result<()> {
        let (location, risk) = (&finding.location, &finding.risk);
        self.say("")?;
        self.say(&format!(
            "[{place}] {}:{}  {}  ({} {})",
            location.path,
            location.start.line,
            report::headline(finding),
            risk.level.as_str(),
            risk.score,
        ))
    }

    /// Shows a change, masked.
    pub(super) fn change(&self, file: &FileFix, fix: &Fix) -> io::Result<()> {
        self.say(&format!("  {}", fix.title))?;
        if fix.applicability == Applicability::Unsafe {
            self.say("  It may change what the code does.")?;
        }
        if fix.requires == Requires::Capture {
            self.say(&format!("  The value is stored as {} first.", fix.secret))?;
        }
        let Some(preview) = fix::preview(file, fix) else {
            return self.say("  The file has changed since it was scanned.");
        };
        let mut shown = Vec::new();
        let texts = (&*preview.before, &*preview.after);
        report::write_change(&file.path, texts, self.style, &mut shown)?;
        self.term.write_str(&String::from_utf8_lossy(&shown))
    }

    /// Shows why a finding stays.
    pub(super) fn stays(&self, skipped: &Skipped) -> io::Result<()> {
        self.say(&format!("  no fix: {}", skipped.reason))
    }

    /// Asks what is to become of a finding.
    pub(super) fn ask(&self, offer: Offer) -> io::Result<Answer> {
        loop {
            self.term.write_str(offer.question())?;
            let key = self.term.read_char()?;
            let shown = if key.is_ascii_graphic() { key } else { ' ' };
            self.term.write_line(&shown.to_string())?;
            match Answer::of(key).filter(|it| offer.has(*it)) {
                Some(answer) => return Ok(answer),
                None => self.say(offer.help())?,
            }
        }
    }

    /// Asks for the reason of a comment; none when nothing was given.
    pub(super) fn reason(&self) -> io::Result<Option<String>> {
        let text: String = Input::new()
            .with_prompt("  Why may it stay? (nothing: back)")
            .allow_empty(true)
            .validate_with(|it: &String| {
                if it.is_empty() {
                    Ok(())
                } else {
                    fix::reason(it).map(drop)
                }
            })
            .interact_text_on(&self.term)
            .map_err(io::Error::from)?;
        Ok(fix::reason(&text).ok())
    }

    /// Asks for the name of a value; none when nothing was given.
    pub(super) fn name(&self, current: &str) -> io::Result<Option<SecretName>> {
        let question = if current.is_empty() {
            "  Store it as (nothing: back)".to_owned()
        } else {
            format!("  Store it as (now {current}, nothing: back)")
        };
        let text: String = Input::new()
            .with_prompt(question)
            .allow_empty(true)
            .interact_text_on(&self.term)
            .map_err(io::Error::from)?;
        Ok(SecretName::of(&text))
    }

    /// Asks whether what was decided so far is to be done.
    pub(super) fn confirm(&self, number: usize) -> io::Result<bool> {
        let question = format!("Make the {number} changes decided so far, or none? [y/n] ");
        loop {
            self.term.write_str(&question)?;
            let key = self.term.read_char()?.to_ascii_lowercase();
            self.term.write_line("")?;
            match key {
                'y' => return Ok(true),
                'n' => return Ok(false),
                _ => {}
            }
        }
    }
}

/// What can be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Offer {
    /// There is a change.
    Change,
    /// There would be one under another name.
    Conflict,
    /// There is none.
    Stays,
}

impl Offer {
    fn has(self, answer: Answer) -> bool {
        match answer {
            Answer::Accept | Answer::AcceptPattern => self == Self::Change,
            Answer::Name => self != Self::Stays,
            Answer::Skip | Answer::Allow | Answer::Quit => true,
        }
    }

    fn question(self) -> &'static str {
        match self {
            Self::Change => "Make this change? [y,n,a,e,p,q,?] ",
            Self::Conflict => "What now? [n,a,e,q,?] ",
            Self::Stays => "What now? [n,a,q,?] ",
        }
    }

    fn help(self) -> &'static str {
        match self {
            Self::Change => {
                "  y make it, n skip it, a allow it with a comment, e edit the name, \
                 p make it and all of this pattern, q quit"
            }
            Self::Conflict => "  n skip it, a allow it with a comment, e give it a name, q quit",
            Self::Stays => "  n go on, a allow it with a comment, q quit",
        }
    }
}

impl Answer {
    /// What a key stands for.
    fn of(key: char) -> Option<Self> {
        Some(match key.to_ascii_lowercase() {
            'y' => Self::Accept,
            'n' => Self::Skip,
            'a' => Self::Allow,
            'e' => Self::Name,
            'p' => Self::AcceptPattern,
            'q' => Self::Quit,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_done_is_not_offered() {
        assert!(Offer::Change.has(Answer::of('Y').unwrap()));
        assert!(!Offer::Stays.has(Answer::Accept));
        assert!(!Offer::Stays.has(Answer::Name));
        assert!(Offer::Conflict.has(Answer::Name));
        assert_eq!(Answer::of('\n'), None);
        for offer in [Offer::Change, Offer::Conflict, Offer::Stays] {
            for key in "ynaepq".chars() {
                let told = offer.question().contains(key);
                // `n` and `a` are in other words, too.
                if !matches!(key, 'n' | 'a' | 'e') {
                    let has = offer.has(Answer::of(key).unwrap());
                    assert!(told || !has, "{offer:?} {key}");
                }
            }
        }
    }
}
