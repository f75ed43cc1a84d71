//! Holds `docs/cli.md` to the arguments.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;

use clap::Command;
use clap::CommandFactory as _;

use super::args::Args;

const GUIDE: &str = include_str!("../../docs/cli.md");

/// What stands before the commands.
const HEAD: &str = "\
# Commands

What `--help` says of each command; a test holds this page to it. [settings.md](settings.md) has
what a project can set once and for all, [json.md](json.md) what reports look like,
[patterns.md](patterns.md) how to write patterns.

## Exit codes

| code | meaning |
|---|---|
| 0 | all is as it should be |
| 1 | something was found or differs: findings at or above `--fail-on`, an example of a pattern that failed (with `--strict` also what its file lacks), a store that is not as shield.secrets.yaml says |
| 2 | could not run: arguments, settings, patterns or input are wrong, or a store does not answer |
| 3 | something was left undone: a fix, a step of a plan, a change that a rollback did not take back |

They mean the same for every command. `shield secrets exec` ends as the command does that it runs.
";

/// The page as the arguments have it.
fn guide() -> String {
    let mut command = Args::command().term_width(100);
    command.build();
    let mut guide = HEAD.to_owned();
    add(&mut command, "", &mut guide);
    guide
}

/// Adds a command and those below it.
fn add(command: &mut Command, above: &str, guide: &mut String) {
    let name = format!("{above} {}", command.get_name());
    let name = name.trim();
    let help = command.render_long_help().to_string();
    let help = help
        .lines()
        .map(str::trim_end)
        .collect::<Vec<_>>()
        .join("\n");
    let help = help.trim_end();
    write!(guide, "\n## `{name}`\n\n```text\n{help}\n```\n").unwrap();
    for below in command.get_subcommands_mut() {
        if below.get_name() != "help" {
            add(below, name, guide);
        }
    }
}

#[test]
fn the_page_of_commands_is_what_help_says() {
    let fresh = guide();
    if fresh != GUIDE {
        let path = std::env::temp_dir().join("shield-cli.md");
        let mut file = File::create(&path).unwrap();
        file.write_all(fresh.as_bytes()).unwrap();
        panic!("copy {} to docs/cli.md", path.display());
    }
}
