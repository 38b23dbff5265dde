//! Damage to anything older than the last batch: flipped bits, sectors zeroed, garbled, doubled and swapped, segments taken away,
//! swapped and doubled. Each must stop the start, name the place, and change no file.

use super::Tally;
use super::golden::{BatchEnd, LAST, golden, options, start};
use jware_journal::sim_disk::{SimDisk, SimRng};
use jware_journal::{JournalError, Survey};
use std::collections::BTreeMap;
use std::sync::Arc;

const SECTOR_BYTES: usize = 512;

type Images = BTreeMap<String, Vec<u8>>;

/// The golden journal and what is known of it.
pub struct Specimen {
    disk: SimDisk,
    images: Images,
    /// Where the last batch starts, which may be damaged unnoticed.
    end: usize,
    /// Per segment: where a batch starts, and the sequence before it.
    batches: BTreeMap<String, Vec<BatchEnd>>,
}

/// A damage: which files get which bytes; none takes the file away.
struct Damage {
    kind: &'static str,
    told: String,
    /// The earliest place that is other than before; a missing file has none.
    at: Option<(String, usize)>,
    files: Vec<(String, Option<Vec<u8>>)>,
}

impl Specimen {
    pub fn new() -> Self {
        let (disk, ends) = golden();
        let images = disk.images();
        let [.., (end, _), (_, _)] = ends[..] else { panic!("the golden journal has too few batches") };
        let mut batches: BTreeMap<String, Vec<BatchEnd>> = BTreeMap::new();
        let mut survey = Survey::open_on(Arc::new(disk.clone())).expect("it is sound");
        let names: Vec<String> = survey.segments().iter().map(|segment| segment.file.clone()).collect();
        let mut last_seq = 0;
        while let Some(batch) = survey.next_batch(|_| {}).expect("it is sound") {
            let offset = usize::try_from(batch.offset).expect("a small file");
            batches.entry(names[batch.segment_index].clone()).or_default().push((offset, last_seq));
            last_seq += batch.record_count;
        }
        Self { disk, images, end, batches }
    }

    /// Damages the journal once; `None` where the damage changed nothing. `Err` is a damage that was not told as it should be.
    pub fn damage(&self, rng: &mut SimRng) -> Result<Option<&'static str>, String> {
        let damage = self.draw(rng);
        if damage.files.iter().all(|(name, bytes)| self.images.get(name) == bytes.as_ref()) {
            return Ok(None);
        }
        let disk = self.disk.copy();
        for (name, bytes) in &damage.files {
            match bytes {
                Some(bytes) => disk.set_image(name, bytes.clone()),
                None => disk.remove_image(name),
            }
        }
        let before = disk.images();
        let outcome = start(&disk, options());
        let complaint = match &outcome {
            Ok(summary) => Some(format!("it started: {summary:?}")),
            Err(_) if disk.images() != before => Some("files were changed".to_owned()),
            Err(error) => self.misplaced(&damage, error),
        };
        match complaint {
            Some(what) => Err(format!("{}: {what}", damage.told)),
            None => Ok(Some(damage.kind)),
        }
    }

    /// Whether the error names another place than the damage's.
    fn misplaced(&self, damage: &Damage, error: &JournalError) -> Option<String> {
        let (file, offset, after_seq) = match (error, &damage.at) {
            (JournalError::Corrupt { file, offset, after_seq, .. }, Some(_)) => (file, *offset, *after_seq),
            (JournalError::Corrupt { .. } | JournalError::SegmentMissing { .. }, None) => return None,
            _ => return Some(format!("it says {error}")),
        };
        let (damaged, at) = damage.at.as_ref()?;
        // The batch that the damaged byte is in, or the header before all batches: where the reading stops. What is between
        // payloads is told at the COMMIT, whose CRC alone covers it.
        let of_file = self.batches.get(damaged)?;
        let batch = of_file.iter().rev().find(|(start, _)| start <= at);
        let end = of_file.iter().find(|(start, _)| start > at).map_or(self.images[damaged].len(), |(start, _)| *start);
        let seq_before = batch.map_or(0, |(_, seq)| *seq);
        let batch_start = batch.map_or(0, |(start, _)| *start);
        let is_right = file == damaged
            && (batch_start as u64..end as u64).contains(&offset)
            && (after_seq == seq_before || self.is_behind_batches(damaged, *at));
        (!is_right).then(|| format!("byte {at} of {damaged}, after seq {seq_before}, is damaged; it says {error}"))
    }

    /// Whether a byte is behind the last batch of its segment: in padding or the unused end.
    fn is_behind_batches(&self, file: &str, at: usize) -> bool {
        self.batches.get(file).and_then(|of_file| of_file.last()).is_none_or(|(start, _)| at > *start)
    }

    fn draw(&self, rng: &mut SimRng) -> Damage {
        match rng.below(100) {
            0..70 => self.flip(rng),
            70..78 => self.overwrite(rng, "zeroed_sectors", |_, _| vec![0; SECTOR_BYTES]),
            78..86 => self
                .overwrite(rng, "garbled_sectors", |_, rng| (0..SECTOR_BYTES).map(|_| rng.next_u64().to_le_bytes()[0]).collect()),
            86..92 => self.overwrite(rng, "doubled_sectors", |specimen, rng| {
                let (name, at) = specimen.sector(rng);
                specimen.images[&name][at..at + SECTOR_BYTES].to_vec()
            }),
            92..97 => self.swap_sectors(rng),
            _ => self.segments(rng),
        }
    }

    /// One to three bits of one byte run.
    fn flip(&self, rng: &mut SimRng) -> Damage {
        let (name, at) = self.place(rng);
        let mut bytes = self.images[&name].clone();
        bytes[at] ^= 1 << rng.below(8);
        if rng.one_in(3) && at + 1 < if name == LAST { self.end } else { bytes.len() } {
            bytes[at + 1] ^= 1 << rng.below(8);
        }
        let told = format!("flipped bits at byte {at} of {name}");
        Damage { kind: "flipped_bits", told, at: Some((name.clone(), at)), files: vec![(name, Some(bytes))] }
    }

    fn overwrite(&self, rng: &mut SimRng, kind: &'static str, new: impl Fn(&Self, &mut SimRng) -> Vec<u8>) -> Damage {
        let (name, at) = self.sector(rng);
        let new = new(self, rng);
        let mut bytes = self.images[&name].clone();
        let first = bytes[at..].iter().zip(&new).position(|(old, new)| old != new).unwrap_or(0);
        bytes[at..at + SECTOR_BYTES].copy_from_slice(&new);
        let told = format!("{kind} at byte {at} of {name}");
        Damage { kind, told, at: Some((name.clone(), at + first)), files: vec![(name, Some(bytes))] }
    }

    fn swap_sectors(&self, rng: &mut SimRng) -> Damage {
        let (name, at) = self.sector(rng);
        let (other, other_at) = self.sector(rng);
        let mut images = self.images.clone();
        let sector = self.images[&name][at..at + SECTOR_BYTES].to_vec();
        let other_sector = self.images[&other][other_at..other_at + SECTOR_BYTES].to_vec();
        let first = sector.iter().zip(&other_sector).position(|(left, right)| left != right).unwrap_or(0);
        for (file, at, bytes) in [(&name, at, &other_sector), (&other, other_at, &sector)] {
            images.get_mut(file).expect("it is there")[at..at + SECTOR_BYTES].copy_from_slice(bytes);
        }
        let told = format!("sectors swapped: byte {at} of {name}, byte {other_at} of {other}");
        // Whichever is read first is told. All headers are read before all batches.
        let is_header = |at: usize| at < 4096;
        let order = |(file, at): &(String, usize)| (!is_header(*at), file.clone(), *at);
        let places = [(name.clone(), at + first), (other.clone(), other_at + first)];
        let earliest = places.into_iter().min_by_key(order);
        let files = [name, other].map(|file| (file.clone(), images.get(&file).cloned()));
        Damage { kind: "swapped_sectors", told, at: earliest, files: files.to_vec() }
    }

    /// Whole files: one of the older ones missing, two swapped, one doubled under the next number.
    fn segments(&self, rng: &mut SimRng) -> Damage {
        let names: Vec<&String> = self.images.keys().collect();
        let older = names[rng.index(names.len() - 1)];
        let other = names[rng.index(names.len())];
        let (kind, told, files) = match rng.below(3) {
            0 => ("missing_segments", format!("{older} is missing"), vec![(older.clone(), None)]),
            1 => (
                "swapped_segments",
                format!("{older} and {other} are swapped"),
                vec![(older.clone(), self.images.get(other).cloned()), (other.clone(), self.images.get(older).cloned())],
            ),
            _ => (
                "doubled_segments",
                format!("{other} is there again as the next one"),
                vec![("000000000004.jwj".to_owned(), self.images.get(other).cloned())],
            ),
        };
        Damage { kind, told, at: None, files }
    }

    /// A byte older than the last batch.
    fn place(&self, rng: &mut SimRng) -> (String, usize) {
        let (name, bytes) = self.images.iter().nth(rng.index(self.images.len())).expect("an index");
        let end = if name == LAST { self.end } else { bytes.len() };
        (name.clone(), rng.index(end))
    }

    fn sector(&self, rng: &mut SimRng) -> (String, usize) {
        let (name, at) = self.place(rng);
        (name, at / SECTOR_BYTES * SECTOR_BYTES)
    }
}

/// So many damages; `Err` tells the first that was not told as it should be.
pub fn run(seed: u64, count: u64) -> Result<Tally, String> {
    let specimen = Specimen::new();
    let mut tally = Tally::new();
    for round in 0..count {
        // Each has a seed of its own, so that one alone can be repeated.
        let mut rng = SimRng::new(seed.wrapping_add(round));
        match specimen.damage(&mut rng) {
            Ok(Some(kind)) => *tally.entry(kind).or_default() += 1,
            Ok(None) => *tally.entry("changed_nothing").or_default() += 1,
            Err(what) => return Err(format!("seed {}: {what}", seed.wrapping_add(round))),
        }
    }
    Ok(tally)
}
