//! Plans over projects on disk: what is left alone, what the fixed programs do, how long it takes.

mod equivalence;
mod leaks;
mod limits;
mod project;
