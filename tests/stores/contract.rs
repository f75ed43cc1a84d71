//! What every store promises.

use libtest_mimic::Failed;
use libtest_mimic::Trial;
use shield::manifest::Days;
use shield::provision::About;
use shield::provision::Glimpse;
use shield::provision::Presence;
use shield::provision::ProvisionError;
use shield::provision::Token;
use shield::provision::Version;
use shield::secret::Secret;
use shield::secret::StoreKind;

use crate::bench::Bench;
use crate::bench::CANARY;
use crate::bench::about;
use crate::bench::fails;
use crate::bench::same;
use crate::bench::value;
use crate::servers::Double;

/// A promise: what it says, and how it is seen to be kept.
type Promise = (&'static str, fn(&Bench) -> Result<(), Failed>);

const PROMISES: [Promise; 13] = [
    ("made_twice_with_one_token_is_made_once", made_once),
    ("what_is_there_is_not_made_again", not_made_again),
    ("only_the_current_version_is_replaced", replaced),
    (
        "replaced_twice_with_one_token_is_replaced_once",
        replaced_once,
    ),
    ("an_older_value_can_be_current_again", reverted),
    ("what_was_removed_can_be_had_back", removed),
    ("nothing_is_no_failure_where_nothing_is_wanted", nothing),
    ("a_look_fetches_no_value", no_value),
    ("a_list_has_what_shield_looks_after", listed),
    ("a_glance_at_many_tells_what_looks_tell", glanced),
    ("values_come_back_as_they_were", as_they_were),
    ("a_value_that_is_too_large_is_refused", too_large),
    ("labels_of_others_stay", described),
];

/// What the encrypted file does not promise: it has names and no paths, and all of it is shield's.
const OF_SERVERS: [&str; 3] = [
    "a_list_has_what_shield_looks_after",
    "a_glance_at_many_tells_what_looks_tell",
    "labels_of_others_stay",
];

/// The promises, for a store.
pub(crate) fn trials(kind: StoreKind, double: &Double) -> Vec<Trial> {
    let trial = |(name, keeps): Promise| {
        let double = double.clone();
        Trial::test(format!("{}/{name}", double.name), move || {
            keeps(&Bench::new(kind, &double, name)?)
        })
    };
    let is_kept = |(name, _): &Promise| kind != StoreKind::Local || !OF_SERVERS.contains(name);
    PROMISES.into_iter().filter(is_kept).map(trial).collect()
}

fn made_once(bench: &Bench) -> Result<(), Failed> {
    let at = bench.at("key")?;
    let token = Token::random();
    let first = bench.store.create(&at, &value("a"), &about(), &token)?;
    let second = bench.store.create(&at, &value("a"), &about(), &token)?;
    same(&second, &first)?;
    let held = bench.held(&at)?;
    same(&held.version, &Some(first))?;
    same(&held.previous, &None)?;
    same(&held.about, &about())?;
    same(&bench.store.read(&at)?, &Some(value("a")))
}

fn not_made_again(bench: &Bench) -> Result<(), Failed> {
    let (at, before) = bench.made("key", "a")?;
    let again = bench
        .store
        .create(&at, &value("b"), &about(), &Token::random());
    fails(again, |it| matches!(it, ProvisionError::Exists { .. }))?;
    same(&bench.held(&at)?.version, &before.version)?;
    same(&bench.store.read(&at)?, &Some(value("a")))
}

fn replaced(bench: &Bench) -> Result<(), Failed> {
    let (at, held) = bench.made("key", "a")?;
    let first = held.version.unwrap_or_default();
    let second = bench
        .store
        .replace(&at, &value("b"), &first, &Token::random())?;
    same(&bench.store.read(&at)?, &Some(value("b")))?;
    let now = bench.held(&at)?;
    same(&now.version, &Some(second.clone()))?;
    same(&now.previous, &Some(first.clone()))?;
    same(&now.about, &about())?;
    let stale = bench
        .store
        .replace(&at, &value("c"), &first, &Token::random());
    fails(stale, |it| matches!(it, ProvisionError::Changed { .. }))?;
    same(&bench.held(&at)?.version, &Some(second))?;
    same(&bench.store.read(&at)?, &Some(value("b")))
}

fn replaced_once(bench: &Bench) -> Result<(), Failed> {
    let (at, held) = bench.made("key", "a")?;
    let first = held.version.unwrap_or_default();
    let token = Token::random();
    let second = bench.store.replace(&at, &value("b"), &first, &token)?;
    let again = bench.store.replace(&at, &value("b"), &first, &token)?;
    same(&again, &second)?;
    let now = bench.held(&at)?;
    same(&now.version, &Some(second))?;
    same(&now.previous, &Some(first))
}

fn reverted(bench: &Bench) -> Result<(), Failed> {
    let (at, held) = bench.made("key", "a")?;
    let first = held.version.unwrap_or_default();
    let second = bench
        .store
        .replace(&at, &value("b"), &first, &Token::random())?;
    let token = Token::random();
    let back = bench.store.revert(&at, &second, &first, &token)?;
    same(&bench.held(&at)?.version, &Some(back.clone()))?;
    same(&bench.store.read(&at)?, &Some(value("a")))?;
    same(&bench.store.revert(&at, &second, &first, &token)?, &back)?;
    let third = bench
        .store
        .replace(&at, &value("c"), &back, &Token::random())?;
    let stale = bench.store.revert(&at, &second, &back, &Token::random());
    fails(stale, |it| matches!(it, ProvisionError::Changed { .. }))?;
    same(&bench.held(&at)?.version, &Some(third))
}

fn removed(bench: &Bench) -> Result<(), Failed> {
    let (at, before) = bench.made("key", "a")?;
    let version = before.version.clone().unwrap_or_default();
    bench.store.remove(&at, Days(30))?;
    bench.store.remove(&at, Days(30))?;
    same(&bench.store.look(&at)?, &Presence::Removed)?;
    let is_removed = |it: &ProvisionError| matches!(it, ProvisionError::Removed { .. });
    let made = bench
        .store
        .create(&at, &value("b"), &about(), &Token::random());
    fails(made, is_removed)?;
    let put = bench
        .store
        .replace(&at, &value("b"), &version, &Token::random());
    fails(put, is_removed)?;
    fails(bench.store.describe(&at, &about()), is_removed)?;
    bench.store.restore(&at)?;
    let held = bench.held(&at)?;
    same(&held.version, &before.version)?;
    same(&held.about, &before.about)?;
    same(&bench.store.read(&at)?, &Some(value("a")))
}

fn nothing(bench: &Bench) -> Result<(), Failed> {
    let at = bench.at("key")?;
    same(&bench.store.look(&at)?, &Presence::Absent)?;
    same(&bench.store.read(&at)?, &None)?;
    bench.store.remove(&at, Days(30))?;
    let is_absent = |it: &ProvisionError| matches!(it, ProvisionError::Absent { .. });
    let version = Version("1".to_owned());
    let put = bench
        .store
        .replace(&at, &value("a"), &version, &Token::random());
    fails(put, is_absent)?;
    fails(bench.store.describe(&at, &about()), is_absent)?;
    fails(bench.store.restore(&at), is_absent)?;
    same(&bench.store.has(&at, &value("a"))?, &false)?;
    same(&bench.store.list(&at.path)?, &Vec::new())
}

fn no_value(bench: &Bench) -> Result<(), Failed> {
    let Some(double) = &bench.double else {
        return Ok(());
    };
    let (at, held) = bench.made("key", "a")?;
    let first = held.version.unwrap_or_default();
    double.fail(None, None)?;
    bench.held(&at)?;
    bench.store.list("/shop/")?;
    bench.store.describe(&at, &about())?;
    bench.store.ready()?;
    bench.store.whereabouts()?;
    same(&double.values_read()?, &0)?;
    // The counter counts.
    bench.store.read(&at)?;
    same(&double.values_read()?, &1)?;
    same(&bench.held(&at)?.version, &Some(first))
}

fn listed(bench: &Bench) -> Result<(), Failed> {
    let mut wanted = Vec::new();
    for number in 0..120 {
        wanted.push(bench.made(&format!("key-{number}"), "a")?.0.path);
    }
    wanted.sort();
    let mut foreign = about();
    foreign.tags = [("ManagedBy".to_owned(), "terraform".to_owned())].into();
    let at = bench.at("other")?;
    bench
        .store
        .create(&at, &value("a"), &foreign, &Token::random())?;
    let prefix = at.path.trim_end_matches("other");
    same(&bench.store.list(prefix)?, &wanted)
}

fn glanced(bench: &Bench) -> Result<(), Failed> {
    let mut places = Vec::new();
    for number in 0..110 {
        places.push(bench.made(&format!("key-{number}"), "a")?.0);
    }
    if let [gone, other, ..] = places.as_slice() {
        bench.store.remove(gone, Days(30))?;
        bench.store.describe(other, &About::default())?;
    }
    let (_, held) = bench.made("folder/key", "a")?;
    let first = held.version.unwrap_or_default();
    let below = bench.at("folder/key")?;
    bench
        .store
        .replace(&below, &value("b"), &first, &Token::random())?;
    places.push(below);
    for name in ["absent", "folder", "key-1/absent", "folder/absent"] {
        places.push(bench.at(name)?);
    }
    let glimpses = bench.store.glance(&places)?;
    same(&glimpses.len(), &places.len())?;
    let mut told = 0;
    for (at, glimpse) in places.iter().zip(glimpses) {
        match glimpse {
            Glimpse::Sure(presence) | Glimpse::Earlier(presence) => {
                told += 1;
                same(&presence, &bench.store.look(at)?)?;
            }
            Glimpse::Unknown => {}
        }
    }
    // Of a few, or where a store has no lists, nothing has to be told.
    same(&(told > 0 || bench.double.is_none()), &true)
}

fn as_they_were(bench: &Bench) -> Result<(), Failed> {
    let large = "x".repeat(65_536 - (CANARY.len() + 1));
    let texts = [
        "ä ☃ 😀 \u{feff} \u{2028}",
        " lines\r\n\n\ttab \n",
        "\u{1}\u{1b}\u{7f} \\ \" '",
        &large,
    ];
    for (number, text) in texts.into_iter().enumerate() {
        let (at, held) = bench.made(&format!("key-{number}"), text)?;
        same(&bench.store.read(&at)?, &Some(value(text)))?;
        same(&bench.store.has(&at, &value(text))?, &true)?;
        same(&bench.store.has(&at, &value("other"))?, &false)?;
        let first = held.version.unwrap_or_default();
        let object = Secret::new(format!(r#"{{"password":{CANARY:?},"port":5432}}"#));
        bench
            .store
            .replace(&at, &object, &first, &Token::random())?;
        let read = bench.store.read(&at)?;
        same(&read, &Some(object))?;
    }
    Ok(())
}

fn too_large(bench: &Bench) -> Result<(), Failed> {
    let Some(limit) = bench.limit else {
        return Ok(());
    };
    let at = bench.at("key")?;
    let large = value(&"x".repeat(limit + 1));
    let made = bench.store.create(&at, &large, &about(), &Token::random());
    fails(made, |it| matches!(it, ProvisionError::Refused { .. }))?;
    same(&bench.store.look(&at)?, &Presence::Absent)?;
    let (other, held) = bench.made("other", "a")?;
    let first = held.version.unwrap_or_default();
    let put = bench
        .store
        .replace(&other, &large, &first, &Token::random());
    fails(put, |it| matches!(it, ProvisionError::Refused { .. }))?;
    same(&bench.held(&other)?.version, &Some(first))
}

fn described(bench: &Bench) -> Result<(), Failed> {
    let at = bench.at("key")?;
    let mut before = about();
    before.tags.clear();
    before.tags.insert("team".to_owned(), "web".to_owned());
    bench
        .store
        .create(&at, &value("a"), &before, &Token::random())?;
    let version = bench.held(&at)?.version;
    let mut wanted = About {
        description: "signs the links".to_owned(),
        ..about()
    };
    wanted
        .tags
        .insert("Owner".to_owned(), "platform".to_owned());
    bench.store.describe(&at, &wanted)?;
    bench.store.describe(&at, &wanted)?;
    let held = bench.held(&at)?;
    let mut both = wanted;
    both.tags.insert("team".to_owned(), "web".to_owned());
    same(&held.about, &both)?;
    same(&held.version, &version)?;
    // As it was, which is how a run is undone.
    bench.store.describe(&at, &before)?;
    same(&bench.held(&at)?.about, &before)?;
    same(&bench.store.read(&at)?, &Some(value("a")))
}
