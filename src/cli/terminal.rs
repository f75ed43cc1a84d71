//! What the program says on standard error, and how it ends when it cannot go on.

use std::io::{self, IsTerminal as _, Write as _};
use std::panic;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};

use super::Exit;
use crate::report::Charset;
use crate::report::Color;
use crate::run::Progress;

/// Scans of fewer files show no progress bar.
const FEW_FILES: usize = 200;

/// Writes a line to standard error; trouble with that has nowhere to be told.
pub(super) fn say(line: &str) {
    let written = writeln!(anstream::stderr(), "{line}");
    drop(written);
}

/// Renders an error on standard error.
pub(super) fn complain(error: &dyn Diagnostic) {
    let theme = match color(&io::stderr()) {
        Color::On => GraphicalTheme::unicode(),
        Color::Off => GraphicalTheme::unicode_nocolor(),
    };
    let mut text = String::new();
    let handler = GraphicalReportHandler::new_themed(theme);
    if handler.render_report(&mut text, error).is_err() {
        text = error.to_string();
    }
    say(text.trim_end());
}

/// Says what clap has to say: help and versions on standard output, the rest as an error.
pub(super) fn explain(error: &clap::Error) -> Exit {
    let printed = error.print();
    drop(printed);
    if error.use_stderr() {
        Exit::Trouble
    } else {
        Exit::Clean
    }
}

/// Keeps the messages of panics from standard error: they may quote the text that was scanned.
pub(super) fn quiet_panics() {
    panic::set_hook(Box::new(|it| {
        let place = it
            .location()
            .map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
        say(&format!("shield: internal error{place}; please report it"));
    }));
}

/// Whether what is written to `stream` may have colours.
pub(super) fn color(stream: &(impl io::IsTerminal + anstream::stream::RawStream)) -> Color {
    match anstream::AutoStream::choice(stream) {
        anstream::ColorChoice::Always
        | anstream::ColorChoice::AlwaysAnsi
        | anstream::ColorChoice::Auto => Color::On,
        anstream::ColorChoice::Never => Color::Off,
    }
}

/// Whether there is somebody to ask.
pub(super) fn is_there() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// What standard output can show.
pub(super) fn charset() -> Charset {
    if supports_unicode::on(supports_unicode::Stream::Stdout) {
        Charset::Unicode
    } else {
        Charset::Ascii
    }
}

/// A bar on standard error, when that is a terminal and the scan is long.
#[derive(Debug)]
pub(super) struct Bar(ProgressBar);

impl Bar {
    pub(super) fn new() -> Self {
        Self(ProgressBar::hidden())
    }
}

impl Progress for Bar {
    fn start(&self, sources: usize) {
        if sources < FEW_FILES || !io::stderr().is_terminal() {
            return;
        }
        let template = "{bar:30} {pos}/{len} files, {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.0.set_style(style);
        }
        self.0.set_length(sources as u64);
        self.0
            .set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
    }

    fn step(&self) {
        self.0.inc(1);
    }

    fn finish(&self) {
        self.0.finish_and_clear();
    }
}
