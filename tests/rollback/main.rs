//! Writes plans to disk and undoes them, whatever happens in between.

#![cfg(unix)]

#[cfg(test)]
mod alike;
#[cfg(test)]
mod calls;
#[cfg(test)]
mod child;
#[cfg(test)]
mod disk;
#[cfg(test)]
mod forest;
#[cfg(test)]
mod guard;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod place;
#[cfg(test)]
mod recover;
#[cfg(test)]
mod undo;
