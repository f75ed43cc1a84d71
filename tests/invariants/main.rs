//! What holds for every fix, whatever the program: the invariants of the fixer, each with its
//! number in the name of its test.
//!
//! Programs are generated; those that can run do run, before and after, in one process of Python.
//!
//! Three are held elsewhere: types do not get worse (I7, in `tests/templates`, by the compilers), a
//! value is stored before it leaves the code (I10, in `tests/rollback`, at every call that a run
//! makes), and literals mean what their languages say (I16, in `tests/*_literals.rs`).

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
