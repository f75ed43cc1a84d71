//! Writes plans to disk and undoes them, whatever happens in between.

#![cfg(unix)]

mod child;
mod disk;
mod place;
mod undo;
