//! Options of commands, and what a few programs are told by them.

use super::{Awaited, Reader};
use crate::lang::Context;
use crate::lang::cursor::unquote;
use crate::text::Span;

impl Reader<'_, '_> {
    /// `--name=value`, `--name`, and a few short options.
    pub(super) fn option(&mut self, option: Span, text: &str) {
        let program = self.command.and_then(|it| it.of(self.gather.text()));
        let program = program.and_then(|it| it.rsplit('/').next());
        if let Some((flag, value)) = text.split_once('=') {
            let name = flag.trim_start_matches('-');
            if name.len() > 1 {
                let value = Span::new(option.end - value.len(), option.end);
                let value = unquote(self.gather.text(), value);
                self.gather.bind(name, &[], value, Context::Argument);
            }
            return;
        }
        self.awaited = match (program, text) {
            (Some("curl" | "wget" | "http" | "https"), "-u" | "--user") => Awaited::Account,
            (Some("curl" | "http" | "https" | "wget"), "-H" | "--header") => Awaited::Header,
            (Some("sshpass"), "-p") => Awaited::Password,
            (_, "-p") if self.logs_in => Awaited::Password,
            (Some("mysql" | "mysqldump" | "mysqladmin" | "sshpass"), _)
                if text.starts_with("-p") && text.len() > 2 =>
            {
                let value = Span::new(option.start + 2, option.end);
                let value = unquote(self.gather.text(), value);
                self.gather.bind("password", &[], value, Context::Argument);
                Awaited::Nothing
            }
            (_, text) => match text.strip_prefix("--") {
                Some(name) if name.len() > 1 => {
                    Awaited::Value(Span::new(option.end - name.len(), option.end))
                }
                Some(_) | None => Awaited::Nothing,
            },
        };
    }

    /// The password of `user:password`.
    pub(super) fn account(&mut self, word: Span, text: &str) {
        if let Some((_, password)) = text.split_once(':') {
            let value = Span::new(word.end - password.len(), word.end);
            self.gather.bind("password", &[], value, Context::Argument);
        }
    }

    /// The value of `Name: value`, without the scheme of an authorization.
    pub(super) fn header(&mut self, word: Span, text: &str) {
        let Some((name, value)) = text.split_once(':') else {
            return;
        };
        let value = value.trim_start();
        let scheme = ["Bearer ", "Basic ", "Token ", "token ", "bearer "];
        let value = scheme
            .iter()
            .find_map(|it| value.strip_prefix(it))
            .unwrap_or(value);
        let value = Span::new(word.end - value.len(), word.end);
        self.gather.bind(name, &[], value, Context::Argument);
    }
}
