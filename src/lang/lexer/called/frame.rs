//! A call while it is being read.

use crate::lang::Argument;
use crate::lang::lexer::token::{Kind, Token};
use crate::text::Span;

/// How many arguments of a call are remembered.
const MOST_ARGUMENTS: usize = 8;

/// An open bracket, or a call without one.
#[derive(Debug)]
pub(super) struct Frame {
    /// What is called, if anything is.
    pub(super) function: Vec<Span>,
    pub(super) kind: Opened,
    pub(super) arguments: Vec<Argument>,
    /// The first argument, for what makes a value of it.
    pub(super) first: Option<Span>,
    /// How many arguments have ended.
    pub(super) count: usize,
    /// The argument that is being read.
    whole: Option<Span>,
    pub(super) shape: Shape,
}

/// What has been opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opened {
    /// A bracket, or a call that nobody asks for.
    Bracket,
    /// A call that somebody wants to know of.
    Call,
    /// The same without a bracket: `f "x", y`.
    Bare,
}

/// A bracket that was closed, or a call that has ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ended {
    /// What was called, if anything was.
    pub(super) function: Option<Span>,
    /// The first argument, if it is a literal.
    pub(super) first: Option<Span>,
    /// How many arguments there are.
    pub(super) count: usize,
}

/// What an argument is, as far as it has been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Nothing yet.
    Empty,
    /// A name, or several.
    Name,
    /// A literal, or a value made of it.
    Literal(Span),
    /// Something of a literal: `"x".`.
    Member(Span),
    /// Anything else.
    Other,
}

impl Frame {
    pub(super) fn new(function: Vec<Span>, kind: Opened) -> Self {
        Self {
            function,
            kind,
            arguments: Vec::new(),
            first: None,
            count: 0,
            whole: None,
            shape: Shape::Empty,
        }
    }

    /// Takes notice of a token that is no bracket and no comma.
    pub(super) fn take(&mut self, token: Token, sign: &str) {
        self.shape = match token.kind {
            Kind::Line => return,
            Kind::Text if self.shape == Shape::Empty => Shape::Literal(token.span),
            Kind::Word => match self.shape {
                Shape::Empty | Shape::Name => Shape::Name,
                Shape::Member(it) => Shape::Member(it),
                Shape::Literal(_) | Shape::Other => Shape::Other,
            },
            Kind::Dot => match self.shape {
                Shape::Name => Shape::Name,
                Shape::Literal(it) => Shape::Member(it),
                Shape::Empty | Shape::Member(_) | Shape::Other => Shape::Other,
            },
            // `label: "x"`.
            Kind::Colon if self.shape == Shape::Name => Shape::Empty,
            Kind::Sign if self.shape == Shape::Empty && "&*\\!".contains(sign) => Shape::Empty,
            Kind::Text
            | Kind::Symbol
            | Kind::Assign
            | Kind::Colon
            | Kind::Arrow
            | Kind::Compare
            | Kind::Fallback
            | Kind::Comma
            | Kind::Open
            | Kind::Close
            | Kind::Dash
            | Kind::Sign => Shape::Other,
        };
        self.reach(token.span);
    }

    /// Makes the argument reach to the end of `span`.
    pub(super) fn reach(&mut self, span: Span) {
        let start = self.whole.map_or(span.start, |it| it.start);
        self.whole = Some(Span::new(start, span.end));
    }

    /// The argument has ended.
    pub(super) fn end(&mut self) {
        let Some(whole) = self.whole.take() else {
            return;
        };
        let literal = match self.shape {
            Shape::Literal(it) | Shape::Member(it) => Some(it),
            Shape::Empty | Shape::Name | Shape::Other => None,
        };
        self.shape = Shape::Empty;
        if self.count == 0 {
            self.first = literal;
        }
        self.count += 1;
        if self.kind != Opened::Bracket && self.arguments.len() < MOST_ARGUMENTS {
            self.arguments.push(Argument { whole, literal });
        }
    }
}
