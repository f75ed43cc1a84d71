//! Places through which the settings of a program pass on their way from the environment.

use super::ReadForm;
use crate::text::Span;

/// A place through which settings pass: a function that reads what it is asked for, a class or
/// an object of a library that does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gateway {
    /// What it is, and where it could be changed.
    pub kind: GatewayKind,
    /// What other code calls; empty for what nothing calls.
    pub name: String,
    /// The function, the class or the call.
    pub span: Span,
    /// The variables that it names itself, and where.
    pub declared: Vec<(String, Span)>,
}

/// What a gateway is, and where it could be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GatewayKind {
    /// A function of the project that reads the variable it is given the name of.
    Helper {
        /// Where its statement starts, with what is written before it: `export`, a decorator.
        start: usize,
        /// The name of the parameter.
        key: String,
        /// Its reads of that variable, and what they cover.
        reads: Vec<(ReadForm, Span)>,
    },
    /// A class of `pydantic-settings`, whose fields are variables.
    Settings {
        /// What its last statement ends with.
        end: usize,
        /// What its fields are indented by.
        indent: String,
        /// Whether it says itself where its values come from.
        is_customised: bool,
    },
    /// `config` of `decouple`.
    Decouple {
        /// Its name in the import.
        import: Span,
        /// The end of the imports before its first use, where other statements may follow.
        after: usize,
    },
    /// An object made of `Config` of `starlette`.
    Starlette {
        /// `Config`, where it is called.
        class: Span,
        /// Where the statement starts.
        start: usize,
    },
    /// An object made of `Env` of `django-environ`.
    Environ {
        /// Where the statement ends.
        end: usize,
    },
    /// A call of `dj_database_url.config`.
    DatabaseUrl {
        /// The default that it has.
        default: Option<Span>,
        /// Where an argument can be added, after those that there are.
        end: usize,
        /// What must stand before it: a comma, or nothing.
        comma: &'static str,
    },
    /// A call of a validator that is given the whole environment: `schema.parse(process.env)`.
    Schema {
        /// The argument.
        environment: Span,
    },
    /// A call of `convict` that reads the environment by itself.
    Convict {
        /// The end of its only argument.
        end: usize,
    },
    /// `ConfigModule.forRoot` of Nest.
    Nest {
        /// Where something can be added.
        place: NestPlace,
        /// Whether it serves every module.
        is_global: bool,
    },
    /// `createEnv` of `t3-env`, which runs in browsers too.
    Typed,
}

/// Where `ConfigModule.forRoot` can be given one more source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NestPlace {
    /// Between its parentheses, where nothing is.
    Arguments(usize),
    /// After the opening brace of its options.
    Options(usize),
    /// At the end of the list of sources; whether a comma must stand before it.
    Sources(usize, bool),
}

/// A call with a variable for its first argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyedCall {
    /// The function, or the object of the method.
    pub callee: String,
    /// The variable; absent when the code does not say it.
    pub variable: Option<String>,
    /// The call.
    pub span: Span,
}

/// A name that a file imports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedName {
    /// What the file calls it.
    pub local: String,
    /// Where it is imported from, as written.
    pub module: String,
    /// What it is called there: `default` for the default of a module.
    pub symbol: String,
}
