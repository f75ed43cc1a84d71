//! How long many secrets take.

use std::io;
use std::io::Write as _;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use libtest_mimic::Failed;
use libtest_mimic::Trial;
use shield::provision::Presence;
use shield::provision::ProvisionError;
use shield::provision::Token;
use shield::secret::StoreKind;

use crate::bench::Bench;
use crate::bench::about;
use crate::bench::same;
use crate::bench::value;
use crate::servers::Double;

/// How many secrets there are.
const MANY: usize = 500;

/// The test of speed.
pub(crate) fn trials(kind: StoreKind, double: &Double) -> Vec<Trial> {
    let double = double.clone();
    let name = format!("{}/500_secrets_in_a_minute", double.name);
    vec![Trial::test(name, move || {
        many(&Bench::new(kind, &double, "many")?)
    })]
}

/// Makes many secrets and looks at them.
fn many(bench: &Bench) -> Result<(), Failed> {
    let made = together(bench, |at| {
        bench
            .store
            .create(at, &value("a"), &about(), &Token::random())
            .map(drop)
    })?;
    let looked = together(bench, |at| match bench.store.look(at)? {
        Presence::Present(_) => Ok(()),
        Presence::Absent | Presence::Removed => Err(ProvisionError::Changed {
            path: at.path.clone(),
        }),
    })?;
    let places: Result<Vec<_>, _> = (0..MANY).map(|it| bench.at(&format!("key-{it}"))).collect();
    let places = places?;
    let start = Instant::now();
    bench.store.glance(&places)?;
    writeln!(
        io::stderr(),
        "{MANY} secrets: made in {} ms, looked at in {} ms, glanced at in {} ms",
        made.as_millis(),
        looked.as_millis(),
        start.elapsed().as_millis()
    )?;
    same(&(made < Duration::from_mins(1)), &true)?;
    same(&(looked < Duration::from_mins(1)), &true)
}

/// Does `work` for every secret, as many at once as the store takes.
fn together(
    bench: &Bench,
    work: impl Fn(&shield::provision::Address) -> Result<(), ProvisionError> + Sync,
) -> Result<Duration, Failed> {
    let places: Result<Vec<_>, _> = (0..MANY).map(|it| bench.at(&format!("key-{it}"))).collect();
    let places = places?;
    let next = AtomicUsize::new(0);
    let start = Instant::now();
    thread::scope(|scope| {
        let run = || {
            while let Some(at) = places.get(next.fetch_add(1, Ordering::Relaxed)) {
                work(at)?;
            }
            Ok::<(), ProvisionError>(())
        };
        let threads: Vec<_> = (0..bench.store.width()).map(|_| scope.spawn(run)).collect();
        for thread in threads {
            let done = thread.join();
            done.map_err(|_panic| Failed::from("a thread has panicked"))??;
        }
        Ok::<(), Failed>(())
    })?;
    Ok(start.elapsed())
}
