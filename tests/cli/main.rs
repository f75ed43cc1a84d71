//! Everything that runs the program itself.

#[cfg(test)]
mod fix; // shield scan --fix, --diff, shield rollback
#[cfg(test)]
mod input; // wrong arguments, settings, patterns, files
#[cfg(test)]
mod patterns; // shield patterns
#[cfg(test)]
mod project; // a folder to run it in
#[cfg(test)]
mod scan; // shield scan
