//! A literal, and whether a call may stand in its place.

use super::Factory;
use crate::secret::Secret;
use crate::text::Span;

/// A string literal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    /// With prefix and quotes; all parts of an implicit concatenation.
    pub outer: Span,
    /// Between the quotes; between the first and the last quote of a concatenation.
    pub inner: Span,
    /// What the literal is at run time; absent when it has parts to fill in, or is not text.
    pub value: Option<Secret>,
    /// How its class declares such fields, when it is the default of one.
    pub factory: Option<Factory>,
    /// Whether a call may stand in its place.
    pub standing: Standing,
}

/// Whether a call may stand in the place of an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// It may.
    Free,
    /// The code runs, its behaviour may differ.
    Caution(Obstacle),
    /// It may not.
    Barred(Obstacle),
}

/// What stands against replacing an expression by a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Obstacle {
    /// Types, patterns and enumerations need a constant.
    #[error("a constant is required here")]
    ConstantRequired,
    /// The literal is one part of a value that the program puts together.
    #[error("the value is put together from several parts")]
    Concatenated,
    /// The literal has parts to fill in.
    #[error("the literal has parts that are filled in at run time")]
    Interpolated,
    /// The value is bytes that are not text.
    #[error("the value is not UTF-8 text")]
    NonUtf8Value,
    /// A comment or a docstring.
    #[error("the value stands in a comment or a docstring; take it out by hand")]
    Comment,
    /// The default of a parameter is made once, when the function is defined.
    #[error("the default of a parameter is evaluated once, when the function is defined")]
    DefaultParameter,
    /// A field of a dataclass or a model is declared, not assigned.
    #[error("a declared field keeps one value for all instances")]
    DeclaredField,
    /// A helper of the project reads the setting; what is behind it is not known.
    #[error("a helper of the project reads this setting, and that is the place to change")]
    SeamAvailable,
    /// A library reads the variable itself, by a name that it knows.
    #[error("a library reads the variable by its name and only falls back to this value")]
    ByNameReader,
    /// The file also writes the variable, so the order matters.
    #[error("the file also writes this variable")]
    WriteInFile,
    /// A test whether the variable is set decides what the code does.
    #[error("the code tests whether the variable is set")]
    PresenceGate,
    /// A rest element or several keys in one destructuring.
    #[error("the destructuring takes other variables too")]
    Destructured,
    /// TypeScript has narrowed the type of a property that is read again.
    #[error("the type of a later read was narrowed by this one")]
    Narrowing,
    /// The code runs in a browser.
    #[error("the code runs in a browser, where no secret can be kept")]
    ClientCode,
    /// The variable is handed to browsers by its prefix.
    #[error("the variable is public by its prefix")]
    PublicPrefix,
    /// The code runs where there is no Node.
    #[error("the code runs in an edge runtime")]
    EdgeRuntime,
    /// The value is put into the bundle when the project is built.
    #[error("the value is inlined when the project is built")]
    BuildTimeConfig,
    /// The file has a syntax error close by.
    #[error("the file has a syntax error at or next to this place")]
    ErrorNodeNear,
    /// The name of the wrapper means something else here and no other can be used.
    #[error("the name of the wrapper is used for something else here")]
    ImportConflict,
    /// No place for the import comes before the use.
    #[error("no place for an import comes before the use")]
    ImportAfterUse,
    /// The language form is known and not supported.
    #[error("this form is not rewritten")]
    UnsupportedForm,
}

impl Obstacle {
    /// The stable reason code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::ConstantRequired => "constant-required",
            Self::Concatenated => "concatenated",
            Self::Interpolated => "interpolated",
            Self::NonUtf8Value => "non-utf8-value",
            Self::Comment => "comment",
            Self::DefaultParameter => "default-parameter",
            Self::DeclaredField => "declared-field",
            Self::SeamAvailable => "seam-available",
            Self::ByNameReader => "by-name-reader",
            Self::WriteInFile => "write-in-file",
            Self::PresenceGate => "presence-gate",
            Self::Destructured => "destructured",
            Self::Narrowing => "narrowing",
            Self::ClientCode => "client-code",
            Self::PublicPrefix => "public-prefix",
            Self::EdgeRuntime => "edge-runtime",
            Self::BuildTimeConfig => "build-time-config",
            Self::ErrorNodeNear => "error-node-near",
            Self::ImportConflict => "import-conflict",
            Self::ImportAfterUse => "import-after-use",
            Self::UnsupportedForm => "unsupported-form",
        }
    }
}
