//! The golden journal cut at every byte of its last two batches: what is left is the last batch that is whole.

use super::Tally;
use super::golden::{BatchEnd, LAST, golden, options, start};
use jware_journal::sim_disk::SimDisk;

/// Cuts everywhere, once by shortening the file and once by zeros in place of its end.
pub fn everywhere() -> Result<Tally, String> {
    let (disk, ends) = golden();
    let [.., (from, _), (_, _), (to, _)] = ends[..] else { return Err("the golden journal has too few batches".to_owned()) };
    let whole = disk.images()[LAST].clone();
    let mut tally = Tally::new();
    for cut in from..=to {
        let mut zeroed = whole.clone();
        zeroed[cut..].fill(0);
        for image in [whole[..cut].to_vec(), zeroed] {
            let is_torn =
                judge(&disk, &whole, &ends, cut, image).map_err(|what| format!("cut at byte {cut} of {LAST}: {what}"))?;
            *tally.entry("cuts").or_default() += 1;
            *tally.entry("torn").or_default() += u64::from(is_torn);
        }
    }
    Ok(tally)
}

fn judge(disk: &SimDisk, whole: &[u8], ends: &[BatchEnd], cut: usize, image: Vec<u8>) -> Result<bool, String> {
    // The last byte that is not zero decides whether a batch is whole; the zeros behind it are padding.
    let used = |end: usize| 1 + whole[..end].iter().rposition(|byte| *byte != 0).expect("it has a header");
    let kept = ends.iter().rev().find(|(end, _)| used(*end) <= cut);
    let (kept_to, expected) = *kept.expect("the first batches are older than the cut");
    let is_torn = image[kept_to.min(image.len())..].iter().any(|byte| *byte != 0);
    let disk = disk.copy();
    disk.set_image(LAST, image);
    let summary = start(&disk, options()).map_err(|error| error.to_string())?;
    if summary.last_seq != expected || summary.torn_tail.is_some() != is_torn {
        return Err(format!("seq {expected} is the last whole one (torn: {is_torn}), {summary:?}"));
    }
    let once = disk.images();
    if once.keys().any(|name| name.ends_with(".broken")) != is_torn {
        return Err("a copy of what was cut off is kept where there is something, and only there".to_owned());
    }
    let again = start(&disk, options()).map_err(|error| format!("the second recovery: {error}"))?;
    if again.last_seq != expected || again.torn_tail.is_some() || disk.images() != once {
        return Err("the second recovery is not like the first".to_owned());
    }
    Ok(is_torn)
}
