//! From where to where a reader reads: the running journal, or that in a folder.

use jware_replica::{Plan, Snapshots};

use super::{ENGINE_ID, Fixture, START_NS, order};
use crate::projection::{DirStorage, Packed, close, hold, next, open};

#[test]
fn a_reader_goes_on_where_the_database_stands_and_gives_the_same_rows() {
    let mut fixture = Fixture::new("resume");
    fixture.fill();
    let mut whole = fixture.open(0).unwrap();
    let mut batches = Vec::new();
    while let Some(batch) = fixture.next(&mut whole, 1) {
        batches.push(batch);
    }
    assert_eq!(batches.len(), 7);
    for (index, expected) in batches.iter().enumerate() {
        let batch = fixture.next(&mut fixture.open(index as u64).unwrap(), 1).unwrap();
        assert_eq!(batch, *expected);
    }
    assert!(fixture.next(&mut whole, 1).is_none());
    fixture.append(&order("later", 1));
    assert_eq!(fixture.next(&mut whole, 1).map(|batch| (batch.from_seq, batch.to_seq)), Some((7, 8)));
}

#[test]
fn a_reader_that_begins_at_a_snapshot_gives_the_same_rows() {
    let mut fixture = Fixture::new("snapshot");
    fixture.fill();
    let rows = |fixture: &Fixture, from_seq| {
        let batch = fixture.next(&mut fixture.open(from_seq).unwrap(), usize::MAX).unwrap();
        (batch.from_seq, batch.to_seq, batch.tables)
    };
    let without: Vec<_> = (0..fixture.seq).map(|from_seq| rows(&fixture, from_seq)).collect();
    let snapshots = Snapshots::new(fixture.folders.clone(), ENGINE_ID, Plan::default(), None, None);
    snapshots.make(4).unwrap();
    snapshots.make(6).unwrap();
    let with: Vec<_> = (0..fixture.seq).map(|from_seq| rows(&fixture, from_seq)).collect();
    assert_eq!(with, without);
    // Nothing else could have been read from here on.
    std::fs::rename(fixture.dir.join("000000000001.jwj"), fixture.dir.join("gone")).unwrap();
    assert!(fixture.open(3).is_err() && fixture.open(5).is_err());
}

#[test]
fn nothing_that_is_not_durable_is_given() {
    let mut fixture = Fixture::new("durable");
    fixture.fill();
    let mut projection = fixture.open(0).unwrap();
    assert_eq!(projection.next(4, 1000).unwrap().map(|batch| batch.to_seq), Some(4));
    assert!(projection.next(4, 1000).unwrap().is_none());
    assert_eq!(projection.next(7, 1000).unwrap().map(|batch| (batch.from_seq, batch.to_seq)), Some((4, 7)));
}

#[test]
fn a_database_that_is_ahead_of_the_journal_is_refused() {
    let mut fixture = Fixture::new("ahead");
    fixture.fill();
    let refusal = fixture.open(8).unwrap_err();
    assert!(refusal.starts_with("ENG_ERR_PROJECTION_AHEAD"), "{refusal}");
}

#[test]
fn a_folder_is_read_as_far_as_its_files_go_or_as_asked() {
    let mut fixture = Fixture::new("folder");
    fixture.fill();
    let folder = fixture.dir.to_str().unwrap().to_owned();
    let opened = open(Some(folder.clone()), None, 3, false).unwrap();
    assert_eq!(opened.engine_id.len(), 32);
    assert_eq!(opened.ts_ns, (START_NS + 3_000_000_000).to_string());
    let covered = |packed: Option<Packed>| {
        packed
            .map(|packed| serde_json::from_str::<serde_json::Value>(&packed.header).unwrap())
            .map(|batch| (batch["fromSeq"].as_u64(), batch["toSeq"].as_u64(), batch["firstTsNs"].as_str().unwrap().to_owned()))
    };
    let at = |seq: u64| (START_NS + seq * 1_000_000_000).to_string();
    assert_eq!(covered(next(opened.id, 1000, Some(5)).unwrap()), Some((Some(3), Some(5), at(4))));
    assert_eq!(covered(next(opened.id, 1000, Some(5)).unwrap()), None);
    assert_eq!(covered(next(opened.id, 1000, None).unwrap()), Some((Some(5), Some(7), at(6))));
    assert_eq!(covered(next(opened.id, 1000, None).unwrap()), None);
    close(opened.id);
    let refusal = open(Some(folder.clone()), None, 8, false).unwrap_err();
    assert!(refusal.contains("ENG_ERR_PROJECTION_AHEAD") && refusal.contains("ends at 7"), "{refusal}");
    // Another process runs it; when that has ended it can be held.
    assert_eq!(hold(&folder), Ok(false));
    fixture.journal.close().unwrap();
    assert_eq!(hold(&folder), Ok(true));
    assert_eq!(hold(&folder), Ok(false));
}

#[test]
fn a_folder_whose_beginning_is_archived_is_read_with_its_archive() {
    let mut fixture = Fixture::new("archived");
    fixture.fill();
    for count in 0..160 {
        fixture.append(&order(&format!("order-{count}"), 1));
    }
    let folder = fixture.dir.to_str().unwrap().to_owned();
    let archive_dir = fixture.dir.join("archive");
    let archive = archive_dir.to_str().unwrap().to_owned();
    let rows = |archive: Option<String>, from_seq| {
        let opened = open(Some(folder.clone()), archive, from_seq, false)?;
        let batch = next(opened.id, 1000, None)?;
        close(opened.id);
        Ok::<_, String>((opened.engine_id, opened.ts_ns, batch))
    };
    let (from_beginning, from_snapshot) = (rows(None, 0).unwrap(), rows(None, 130).unwrap());
    Snapshots::new(fixture.folders.clone(), ENGINE_ID, Plan::default(), None, None).make(130).unwrap();
    let to = DirStorage::create(&archive_dir).unwrap();
    assert!(jware_journal::archive_segments(&*fixture.folders.storage(), &to, 130).unwrap() > 1);
    assert_eq!(rows(None, 130).unwrap(), from_snapshot);
    let refusal = rows(None, 0).unwrap_err();
    assert!(refusal.starts_with("JRN_ERR_NO_SUCH_SEQ"), "{refusal}");
    assert_eq!(rows(Some(archive), 0).unwrap(), from_beginning);
}
