//! What a command allocates once everything has its room: the table beside this file, row by row.
//!
//! Rows are sums over [`ROUNDS`] rounds after a warm-up that fills what grows with use: the window of names, the rings of bars,
//! the pages of books. `JWARE_WRITE_SNAPSHOT=1 cargo test -p jware-core --test allocation` writes the table anew.
#![allow(missing_docs)]

mod counting;
mod rows;
mod stage;

use std::fmt::Write;
use std::path::PathBuf;

use counting::Count;
use stage::Stage;

/// Rounds before a row counts.
const WARM_ROUNDS: u32 = 40;
/// Rounds that a row is the sum of.
const ROUNDS: u32 = 100;

#[global_allocator]
static ALLOCATOR: counting::Counting = counting::Counting;

#[test]
fn a_command_allocates_what_the_table_says() {
    let (_, probe) = counting::of(|| std::hint::black_box(Box::new(1_u64)));
    assert_eq!(probe, Count { allocs: 1, reallocs: 0, bytes: 8 }, "the count counts");

    let mut stage = Stage::warm();
    let mut table = String::from("scenario | allocs | reallocs | bytes\n");
    for (name, round) in rows::ALL {
        for _ in 0..WARM_ROUNDS {
            round(&mut stage);
        }
        stage.counted = Count::default();
        for _ in 0..ROUNDS {
            round(&mut stage);
        }
        let Count { allocs, reallocs, bytes } = stage.counted;
        writeln!(table, "{name} | {allocs} | {reallocs} | {bytes}").expect("text");
    }
    stage.assert_whole();

    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/allocation/table.txt");
    if std::env::var_os("JWARE_WRITE_SNAPSHOT").is_some() {
        std::fs::write(&path, &table).expect("the table can be written");
    }
    let pinned = std::fs::read_to_string(&path).expect("the table is there");
    for (now, then) in table.lines().zip(pinned.lines()) {
        assert_eq!(now, then, "a row has changed (JWARE_WRITE_SNAPSHOT=1 writes the table anew)");
    }
    assert_eq!(table.lines().count(), pinned.lines().count(), "rows come and go with the table");
}
