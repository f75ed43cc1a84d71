//! Everything that runs the program itself.

mod input; // wrong arguments, settings, patterns, files
mod project; // a folder to run it in
mod scan; // shield scan
