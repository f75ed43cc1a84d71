//! Languages that the lexer reads, and what sets them apart.

use camino::Utf8Path;

use super::calls;
use crate::lang::Dialect;
use crate::lang::cursor::Escape;

/// How texts and comments are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    /// What opens a comment that ends with its line.
    pub(super) line_comments: &'static [&'static str],
    /// What opens and closes a comment over lines.
    pub(super) block_comment: Option<(&'static str, &'static str)>,
    /// How a quote is written within quotes.
    pub(super) escape: Escape,
    /// What a single quote opens.
    pub(super) single: Single,
    /// What a grave accent opens.
    pub(super) grave: Grave,
    /// Quotes around texts over lines, which hold no escaped quotes.
    pub(super) long: &'static [(&'static str, &'static str)],
}

/// What a single quote opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Single {
    /// A text.
    Text,
    /// One character, or nothing.
    Character,
    /// Nothing.
    Nothing,
}

/// What a grave accent opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grave {
    /// A text over lines, without escapes.
    Text,
    /// Nothing.
    Nothing,
}

/// C, C++, Java and most of their relatives.
const CURLY: Rules = Rules {
    line_comments: &["//"],
    block_comment: Some(("/*", "*/")),
    escape: Escape::Backslash,
    single: Single::Character,
    grave: Grave::Nothing,
    long: &[("\"\"\"", "\"\"\"")],
};

const GROOVY: Rules = Rules {
    single: Single::Text,
    long: &[("\"\"\"", "\"\"\""), ("'''", "'''")],
    ..CURLY
};

const GO: Rules = Rules {
    grave: Grave::Text,
    long: &[],
    ..CURLY
};

const SWIFT: Rules = Rules {
    single: Single::Nothing,
    ..CURLY
};

const PHP: Rules = Rules {
    line_comments: &["//", "#"],
    single: Single::Text,
    long: &[],
    ..CURLY
};

const SCRIPT: Rules = Rules {
    single: Single::Text,
    grave: Grave::Text,
    long: &[],
    ..CURLY
};

const RUBY: Rules = Rules {
    line_comments: &["#"],
    block_comment: Some(("\n=begin", "\n=end")),
    single: Single::Text,
    long: &[],
    ..CURLY
};

const PERL: Rules = Rules {
    line_comments: &["#"],
    block_comment: Some(("\n=pod", "\n=cut")),
    single: Single::Text,
    long: &[],
    ..CURLY
};

const ELIXIR: Rules = Rules {
    line_comments: &["#"],
    block_comment: None,
    single: Single::Text,
    long: &[("\"\"\"", "\"\"\""), ("'''", "'''")],
    ..CURLY
};

const HASH: Rules = Rules {
    line_comments: &["#"],
    block_comment: None,
    single: Single::Text,
    ..CURLY
};

const LUA: Rules = Rules {
    line_comments: &["--"],
    block_comment: Some(("--[[", "]]")),
    single: Single::Text,
    long: &[("[[", "]]"), ("[=[", "]=]"), ("[==[", "]==]")],
    ..CURLY
};

const SQL: Rules = Rules {
    line_comments: &["--"],
    escape: Escape::Doubled,
    single: Single::Text,
    long: &[],
    ..CURLY
};

const POWER_SHELL: Rules = Rules {
    line_comments: &["#"],
    block_comment: Some(("<#", "#>")),
    escape: Escape::Grave,
    single: Single::Text,
    long: &[
        ("@\"\n", "\n\"@"),
        ("@'\n", "\n'@"),
        ("@\"\r\n", "\n\"@"),
        ("@'\r\n", "\n'@"),
    ],
    ..CURLY
};

const BASIC: Rules = Rules {
    line_comments: &["'"],
    block_comment: None,
    escape: Escape::Doubled,
    single: Single::Nothing,
    long: &[],
    ..CURLY
};

const OTHER: Rules = Rules {
    line_comments: &["--", ";;", "%%"],
    block_comment: None,
    single: Single::Character,
    long: &[],
    ..CURLY
};

impl Dialect {
    /// Whether a function can be called without brackets: `puts "x"`.
    pub(crate) fn calls_without_brackets(self) -> bool {
        matches!(
            self,
            Self::Ruby | Self::Perl | Self::Lua | Self::Elixir | Self::Groovy
        )
    }

    /// Whether `byte` opens a text in quotes.
    pub(crate) fn opens_text(self, byte: u8) -> bool {
        match byte {
            b'"' => true,
            b'\'' => self.rules().single == Single::Text,
            b'`' => self.rules().grave == Grave::Text,
            _ => false,
        }
    }

    /// Whether values are bound to names that stand far before them, or stand in other signs than
    /// quotes.
    pub(crate) fn binds_far(self) -> bool {
        matches!(
            self,
            Self::Php
                | Self::Ruby
                | Self::Perl
                | Self::Lua
                | Self::Sql
                | Self::PowerShell
                | Self::Batch
                | Self::Component
        )
    }

    /// Whether types, or words, stand between a name and its value: `password string = "x"`.
    pub(crate) fn has_types_behind(self) -> bool {
        !matches!(
            self,
            Self::C | Self::CSharp | Self::Java | Self::Groovy | Self::Dart
        )
    }

    /// The name that a text is bound to which a function of this name is given.
    pub(crate) fn bound_by(function: &str) -> &str {
        if calls::takes_account(function) {
            "password"
        } else {
            calls::set_by(function).unwrap_or(function)
        }
    }

    /// The language of a file, by its name.
    pub(in crate::lang) fn of_path(path: &Utf8Path) -> Option<Self> {
        let name = path.file_name()?.to_ascii_lowercase();
        match &*name {
            "jenkinsfile" => return Some(Self::Groovy),
            "gemfile" | "rakefile" | "vagrantfile" | "podfile" | "fastfile" | "appfile"
            | "capfile" | "guardfile" | "brewfile" | "dangerfile" | "matchfile" | "puppetfile" => {
                return Some(Self::Ruby);
            }
            "build" | "workspace" | "tiltfile" | "sconstruct" | "wscript" => {
                return Some(Self::Starlark);
            }
            _ => {}
        }
        match name.rsplit_once('.')?.1 {
            "c" | "h" | "d" | "cc" | "cpp" | "cxx" | "hh" | "hpp" | "hxx" | "ino" | "m" | "mm"
            | "cu" | "vala" | "glsl" | "hlsl" | "cl" | "proto" | "thrift" => Some(Self::C),
            "cs" | "csx" | "cshtml" | "razor" => Some(Self::CSharp),
            "java" | "jsp" | "jspx" | "bsh" | "as" | "hx" | "apex" | "cls" | "trigger" => {
                Some(Self::Java)
            }
            "kt" | "kts" | "scala" | "sc" | "sbt" | "fs" | "fsx" => Some(Self::Kotlin),
            "groovy" | "gradle" | "gvy" | "nf" | "pas" | "dpr" => Some(Self::Groovy),
            "go" => Some(Self::Go),
            "rs" | "zig" | "v" | "sol" | "move" => Some(Self::Rust),
            "swift" => Some(Self::Swift),
            "dart" => Some(Self::Dart),
            "php" | "phtml" | "php3" | "php4" | "php5" | "php7" | "inc" | "ctp" | "blade"
            | "twig" => Some(Self::Php),
            "rb" | "erb" | "rake" | "gemspec" | "ru" | "cr" | "jbuilder" | "podspec" | "thor" => {
                Some(Self::Ruby)
            }
            "pl" | "pm" | "t" | "cgi" | "plx" | "raku" => Some(Self::Perl),
            "lua" | "luau" | "nse" | "rockspec" => Some(Self::Lua),
            "r" | "rmd" | "jl" | "coffee" | "awk" | "tcl" | "nix" | "nim" | "gd" | "pp"
            | "cmake" => Some(Self::Hash),
            "bzl" | "star" | "pyx" | "pxd" | "pyi" | "ipy" | "sage" | "rpy" | "bazel" => {
                Some(Self::Starlark)
            }
            "sql" | "psql" | "pgsql" | "mysql" | "ddl" | "dml" | "pks" | "pkb" | "plsql"
            | "tsql" | "hql" | "cql" | "prc" => Some(Self::Sql),
            "ps1" | "psm1" | "psd1" => Some(Self::PowerShell),
            "bat" | "cmd" | "btm" => Some(Self::Batch),
            "ex" | "exs" | "eex" | "heex" | "leex" => Some(Self::Elixir),
            "vb" | "vbs" | "bas" | "frm" | "vba" => Some(Self::Basic),
            "hs" | "elm" | "purs" | "lhs" | "ml" | "mli" | "ada" | "erl" | "hrl" | "clj"
            | "cljs" | "edn" | "lisp" | "el" | "scm" | "rkt" | "abap" | "cob" | "cbl" | "f90" => {
                Some(Self::Other)
            }
            "vue" | "svelte" | "astro" => Some(Self::Component),
            "ejs" | "hbs" | "mustache" | "handlebars" | "njk" | "liquid" | "ftl" | "vm" | "gs"
            | "es6" | "jsm" | "graphql" | "gql" | "prisma" | "less" | "scss" | "styl"
            | "jsonnet" | "libsonnet" | "bicep" | "cue" | "rego" | "dhall" => Some(Self::Script),
            _ => None,
        }
    }

    /// How texts and comments are written.
    pub(super) fn rules(self) -> Rules {
        match self {
            Self::C | Self::CSharp | Self::Java | Self::Kotlin | Self::Rust => CURLY,
            Self::Groovy | Self::Dart => GROOVY,
            Self::Go => GO,
            Self::Swift => SWIFT,
            Self::Php => PHP,
            Self::Script | Self::Component => SCRIPT,
            Self::Ruby => RUBY,
            Self::Perl => PERL,
            Self::Elixir | Self::Starlark => ELIXIR,
            Self::Hash => HASH,
            Self::Lua => LUA,
            Self::Sql => SQL,
            Self::PowerShell => POWER_SHELL,
            Self::Basic => BASIC,
            Self::Other | Self::Batch => OTHER,
        }
    }
}
