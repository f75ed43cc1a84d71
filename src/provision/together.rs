//! Several calls at once, and their answers in order.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// What `call` makes of each of `items`, `width` of them at a time, in the order of `items`.
pub(super) fn together<'i, T: Sync, R: Send>(
    width: usize,
    items: &'i [T],
    call: impl Fn(&'i T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, R)>> = Mutex::new(Vec::with_capacity(items.len()));
    thread::scope(|scope| {
        for _ in 0..width.min(items.len()) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { break };
                    let result = call(item);
                    // A panic elsewhere spoils nothing here: the list is whole at any time.
                    let mut results = results.lock().unwrap_or_else(PoisonError::into_inner);
                    results.push((index, result));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, it)| it).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_come_in_the_order_of_the_questions() {
        let items: Vec<usize> = (0..100).collect();
        let doubled = together(8, &items, |it| it * 2);
        assert_eq!(doubled, items.iter().map(|it| it * 2).collect::<Vec<_>>());
        assert!(together(8, &[] as &[u8], |it| *it).is_empty());
    }
}
