//! Plans over projects on disk: what is left alone, what the fixed programs do, how long it takes.

#[cfg(test)]
mod choices; // what a person has decided
#[cfg(test)]
mod equivalence;
#[cfg(test)]
mod generated;
#[cfg(test)]
#[path = "../ground/mod.rs"]
mod ground;
#[cfg(test)]
mod leaks;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod project;
#[cfg(test)]
#[path = "../shapes/mod.rs"]
mod shapes;
#[cfg(test)]
mod speed;
#[cfg(test)]
mod wrapper;
