//! What holds for every fix, whatever the program: the invariants of the fixer, each with its
//! number in the name of its test.
//!
//! Programs are generated; those that can run do run, before and after, in one process of Python.

#[cfg(test)]
mod generate;
#[cfg(test)]
#[path = "../ground/mod.rs"]
mod ground;
#[cfg(test)]
mod order;
#[cfg(test)]
mod python;
#[cfg(test)]
mod secrecy;
#[cfg(test)]
mod text;
#[cfg(test)]
mod workshop;
