//! The op file: rows of `type,id,side,price,qty`, and what a matcher must reproduce over the timed ones.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs;
use std::path::Path;

use jware_core::order::Side;

/// One row.
#[derive(Clone, Copy, Debug)]
pub enum Op {
    /// A limit order; a market order has the widest limit and does not rest.
    Order { id: u32, side: Side, price: u32, qty: u32, rests: bool },
    /// The end of an order.
    Cancel { id: u32 },
}

/// A file's rows, and its expected result.
pub struct OpFile {
    /// All rows: the first `prefill` fill the book and are not timed.
    pub ops: Vec<Op>,
    /// Rows that are not timed.
    pub prefill: usize,
    /// What must come out, from the file beside it.
    pub expected: Outcome,
}

impl OpFile {
    /// Keeps the first so many of the timed rows, which must come to what `outcome_of` makes of them.
    pub fn keep_first(&mut self, timed: usize, outcome_of: impl Fn(&Self) -> Outcome) {
        if self.prefill + timed < self.ops.len() {
            self.ops.truncate(self.prefill + timed);
            self.expected = outcome_of(self);
        }
    }
}

/// Rows as a book takes them.
pub struct Rows<'a> {
    /// One for each of the file.
    pub ops: Cow<'a, [Op]>,
    /// What the file calls the order of each number; empty where orders are called as in the file.
    names: Vec<u32>,
}

impl<'a> Rows<'a> {
    /// The file's own.
    pub const fn of_file(ops: &'a [Op]) -> Self {
        Self { ops: Cow::Borrowed(ops), names: Vec::new() }
    }

    /// Orders numbered from 1 as they come, each with a number of its own also where the file uses an id again. A cancel of an order that
    /// never came has the number 0.
    pub fn numbered(ops: &[Op]) -> Self {
        let mut names = vec![0];
        let mut numbers: HashMap<u32, u32> = HashMap::new();
        let mut number = |op: &Op| match *op {
            Op::Cancel { id } => Op::Cancel { id: numbers.get(&id).copied().unwrap_or(0) },
            Op::Order { id, side, price, qty, rests } => {
                let number = u32::try_from(names.len()).expect("a row has 32 bits of its own");
                names.push(id);
                numbers.insert(id, number);
                Op::Order { id: number, side, price, qty, rests }
            }
        };
        let ops = ops.iter().map(&mut number).collect();
        Self { ops: Cow::Owned(ops), names }
    }

    /// A trade with its orders called as in the file.
    #[inline]
    pub fn named(&self, [maker, taker, price, qty]: [u32; 4]) -> [u32; 4] {
        let name = |number: u32| self.names.get(number as usize).copied().unwrap_or(number);
        [name(maker), name(taker), price, qty]
    }
}

/// What a matcher made of the timed rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Trades.
    pub trades: u64,
    /// Lots traded.
    pub volume: u64,
    /// FNV-1a over maker, taker, price and quantity of each trade, little-endian u32s.
    pub hash: u32,
    /// Orders resting at the end.
    pub resting: u64,
}

/// Hash of nothing.
pub const HASH_START: u32 = 0x811c_9dc5;

/// Goes on with a hash by one trade.
#[inline]
pub fn mix(hash: u32, trade: [u32; 4]) -> u32 {
    let mut hash = hash;
    for value in trade {
        for byte in value.to_le_bytes() {
            hash = (hash ^ u32::from(byte)).wrapping_mul(16_777_619);
        }
    }
    hash
}

/// Above every price: market orders take any.
pub const PRICE_MAX: u32 = 1 << 18;

/// Reads a file and the `.meta.json` beside it. An id is any number but 0, of one order at a time; it may be used again, and a cancel of what
/// does not rest does nothing, as in the engine's book.
///
/// Errors: a sentence that names the file and the row.
pub fn read(path: &Path) -> Result<OpFile, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let ops: Vec<Op> = text
        .lines()
        .enumerate()
        .map(|(at, row)| op_of(row).ok_or_else(|| format!("{}: row {} is no op: {row}", path.display(), at + 1)))
        .collect::<Result<_, _>>()?;
    let meta_path = path.with_extension("meta.json");
    let meta = fs::read_to_string(&meta_path).map_err(|error| format!("{}: {error}", meta_path.display()))?;
    let meta: serde_json::Value = serde_json::from_str(&meta).map_err(|error| format!("{}: {error}", meta_path.display()))?;
    let number = |name: &str| meta[name].as_u64().ok_or(format!("{} has no number {name}", meta_path.display()));
    let hash = meta["tradeHash"].as_str().and_then(|hex| u32::from_str_radix(hex, 16).ok());
    let prefill = usize::try_from(number("prefill")?).map_err(|error| error.to_string())?;
    if prefill > ops.len() {
        return Err(format!("{} says more rows than there are", meta_path.display()));
    }
    Ok(OpFile {
        ops,
        prefill,
        expected: Outcome {
            trades: number("trades")?,
            volume: number("volume")?,
            hash: hash.ok_or(format!("{} has no tradeHash", meta_path.display()))?,
            resting: number("restingEnd")?,
        },
    })
}

fn op_of(row: &str) -> Option<Op> {
    let mut fields = row.split(',');
    let kind = fields.next()?;
    let id = fields.next()?.parse().ok().filter(|&id: &u32| id > 0)?;
    if kind == "C" {
        return Some(Op::Cancel { id });
    }
    let side = match fields.next()? {
        "B" => Side::Buy,
        "S" => Side::Sell,
        _ => return None,
    };
    let price: u32 = fields.next()?.parse().ok()?;
    let qty = fields.next()?.parse().ok()?;
    match (kind, side) {
        ("L" | "X", _) if price < PRICE_MAX => Some(Op::Order { id, side, price, qty, rests: true }),
        ("M", Side::Buy) => Some(Op::Order { id, side, price: PRICE_MAX, qty, rests: false }),
        ("M", Side::Sell) => Some(Op::Order { id, side, price: 1, qty, rests: false }),
        _ => None,
    }
}
