//! Everything that runs the program itself.

#[cfg(test)]
mod action; // action.yml, as a runner takes it
#[cfg(test)]
mod archives; // shield scan --archives
#[cfg(test)]
mod baseline; // shield baseline
#[cfg(test)]
mod cache; // shield scan, twice
#[cfg(test)]
mod changes; // shield scan --staged, --since, --range
#[cfg(test)]
mod concurrent; // several runs at once
#[cfg(test)]
mod deep; // shield provision verify --deep
#[cfg(test)]
mod dirty; // shield fix in a repository of git
#[cfg(test)]
mod doctor; // shield doctor
#[cfg(test)]
mod exposed; // the history of values, shield rotated
#[cfg(test)]
mod fix; // shield scan --fix, --diff, shield rollback
#[cfg(test)]
mod history; // shield scan --history
#[cfg(test)]
mod init; // shield init
#[cfg(test)]
mod input; // wrong arguments, settings, patterns, files
#[cfg(test)]
mod inventory; // shield inventory
#[cfg(test)]
mod layers; // shield scan of what is not written as it is
#[cfg(test)]
mod leaks; // no value anywhere but in the store
#[cfg(test)]
mod manual; // shield completions, shield man
#[cfg(test)]
mod page; // shield scan --format html, in a browser
#[cfg(test)]
mod patterns; // shield patterns
#[cfg(test)]
mod places; // folders of the user that are missing or elsewhere
#[cfg(test)]
mod project; // a folder to run it in
#[cfg(test)]
mod provision; // shield provision, with the local store
#[cfg(test)]
mod recover; // shield recover, shield rollback of some of several runs
#[cfg(test)]
mod report; // shield report
#[cfg(test)]
mod repository; // a project under git
#[cfg(test)]
mod review; // shield fix --review
#[cfg(test)]
mod scan; // shield scan
#[cfg(test)]
mod secrets; // shield secrets
