//! Colours and characters.

use std::fmt::Display;

use miette::{GraphicalReportHandler, GraphicalTheme, ThemeCharacters, ThemeStyles};

use crate::report::Charset;
use crate::report::Color;
use crate::report::Style;
use crate::risk::Level;

/// Colours and characters of a report.
pub(super) struct Look {
    /// What draws a finding with its code.
    pub(super) handler: GraphicalReportHandler,
    /// How many columns a line may have.
    pub(super) width: usize,
    styles: ThemeStyles,
}

impl Look {
    /// The look that a style asks for.
    pub(super) fn of(style: Style) -> Self {
        let styles = match style.color {
            Color::On => ThemeStyles::ansi(),
            Color::Off => ThemeStyles::none(),
        };
        let characters = match style.charset {
            Charset::Unicode => ThemeCharacters::unicode(),
            Charset::Ascii => ThemeCharacters::ascii(),
        };
        let theme = GraphicalTheme {
            characters,
            styles: styles.clone(),
        };
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_width(style.width)
            .with_links(false)
            .without_syntax_highlighting();
        Self {
            handler,
            width: style.width,
            styles,
        }
    }

    /// A heading.
    pub(super) fn title(&self, text: &str) -> String {
        self.styles.help.style(text).to_string()
    }

    /// A place in a file.
    pub(super) fn link(&self, text: &str) -> String {
        self.styles.link.style(text).to_string()
    }

    /// A text about something of this level.
    pub(super) fn level(&self, level: Level, text: &str) -> String {
        let style = match level {
            Level::Critical | Level::High => self.styles.error,
            Level::Medium => self.styles.warning,
            Level::Low => self.styles.advice,
        };
        style.style(text).to_string()
    }

    /// A line that comes.
    pub(super) fn added(&self, line: impl Display) -> String {
        // The last highlight is green where there are colours.
        match self.styles.highlights.last() {
            Some(style) => style.style(line).to_string(),
            None => line.to_string(),
        }
    }

    /// A line that goes.
    pub(super) fn removed(&self, line: impl Display) -> String {
        self.styles.error.style(line).to_string()
    }

    /// What surrounds changed lines.
    pub(super) fn faint(&self, line: impl Display) -> String {
        self.styles.linum.style(line).to_string()
    }
}
