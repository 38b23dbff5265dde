//! Bars for tests: random walks, files of others, and what an indicator makes of them.

use std::path::PathBuf;

use jware_core::indicator::{Column, Columns, IndicatorError, IndicatorSpec, Row, spec};

/// The `SplitMix64` generator, so that a failing run can be repeated from its printed seed.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn seeded(name: &str) -> Self {
        let seed = std::env::var("JWARE_TEST_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(0x4a57_6172);
        println!("{name}: JWARE_TEST_SEED={seed}");
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Evenly in -1..1.
    pub(crate) fn unit(&mut self) -> f64 {
        f64::from(u32::try_from(self.next() >> 32).unwrap()) / f64::from(u32::MAX) * 2.0 - 1.0
    }

    pub(crate) fn between(&mut self, low: u32, high: u32) -> u32 {
        low + u32::try_from(self.next() % u64::from(high - low + 1)).unwrap()
    }

    pub(crate) fn walk(&mut self, length: usize) -> Vec<f64> {
        let mut price: f64 = 1_000.0;
        (0..length)
            .map(|_| {
                price = (price + self.unit()).max(1.0);
                price
            })
            .collect()
    }
}

/// Every column that an indicator may read, all of one length.
#[derive(Clone, Default)]
pub(crate) struct Bars {
    columns: [Vec<f64>; Column::ALL.len()],
}

impl Bars {
    pub(crate) fn of_walk(random: &mut Random, length: usize) -> Self {
        let close = random.walk(length);
        let open: Vec<f64> = close.iter().map(|price| price + random.unit()).collect();
        let above = |random: &mut Random, (one, other): (&f64, &f64)| one.max(*other) + random.unit().abs();
        let high = close.iter().zip(&open).map(|pair| above(random, pair)).collect();
        let below = |random: &mut Random, (one, other): (&f64, &f64)| one.min(*other) - random.unit().abs();
        let low = close.iter().zip(&open).map(|pair| below(random, pair)).collect();
        let volume: Vec<f64> = (0..length).map(|_| f64::from(random.between(1, 100_000))).collect();
        let buy_volume = volume.iter().map(|volume| volume * random.unit().abs()).collect();
        let open_ts_ms = (0..length).map(|index| f64::from(u32::try_from(index).unwrap()) * 60_000.0).collect();
        let benchmark = random.walk(length);
        Self { columns: [open_ts_ms, open, high, low, close, volume, buy_volume, benchmark] }
    }

    /// All columns from one: a series that is no bar.
    pub(crate) fn of_values(values: &[f64]) -> Self {
        Self { columns: core::array::from_fn(|_| values.to_vec()) }
    }

    pub(crate) fn get(&self, column: Column) -> &[f64] {
        &self.columns[column as usize]
    }

    pub(crate) fn set(&mut self, column: Column, values: Vec<f64>) {
        self.columns[column as usize] = values;
    }

    pub(crate) fn length(&self) -> usize {
        self.get(Column::Close).len()
    }

    pub(crate) fn slice(&self, from: usize, end: usize) -> Self {
        Self { columns: core::array::from_fn(|place| self.columns[place][from..end].to_vec()) }
    }

    pub(crate) fn view(&self) -> Columns<'_> {
        Column::ALL.iter().fold(Columns::default(), |view, &column| view.with(column, self.get(column)))
    }

    pub(crate) fn row(&self, index: usize) -> [f64; Column::ALL.len()] {
        core::array::from_fn(|place| self.columns[place][index])
    }

    pub(crate) fn compute(&self, name: &str, parameters: &[f64]) -> Result<Vec<Vec<f64>>, IndicatorError> {
        Ok(IndicatorSpec::parse(name, parameters)?.compute(&self.view()))
    }

    /// One output column of an indicator that must exist.
    pub(crate) fn column(&self, name: &str, parameters: &[f64], place: usize) -> Vec<f64> {
        self.compute(name, parameters).unwrap().swap_remove(place)
    }

    /// Reads `date,open,high,low,close,volume`, whatever the date is.
    pub(crate) fn of_csv(text: &str) -> Self {
        let mut bars = Self::default();
        for line in text.lines().skip(1).filter(|line| !line.trim().is_empty()) {
            let fields: Vec<&str> = line.split(',').collect();
            for (column, place) in
                [(Column::Open, 1), (Column::High, 2), (Column::Low, 3), (Column::Close, 4), (Column::Volume, 5)]
            {
                bars.columns[column as usize].push(fields[place].trim().parse().unwrap_or(0.0));
            }
        }
        let length = bars.length();
        bars.set(Column::OpenTsMs, (0..length).map(|day| f64::from(u32::try_from(day).unwrap()) * 86_400_000.0).collect());
        bars.set(Column::BuyVolume, bars.get(Column::Volume).iter().map(|volume| volume / 2.0).collect());
        bars.set(Column::Benchmark, bars.get(Column::Open).to_vec());
        bars
    }
}

/// A file of others; `None` and a printed reason where it is not here.
pub(crate) fn shared(path: &str) -> Option<String> {
    let full: PathBuf = [env!("CARGO_MANIFEST_DIR"), "../../../shared/data", path].iter().collect();
    let text = std::fs::read_to_string(full).ok();
    if text.is_none() {
        println!("SKIP: reference values are not here: {path}");
    }
    text.map(|text| text.trim_start_matches('\u{feff}').to_owned())
}

/// Parameter sets to try an indicator with: the usual one, the smallest, and a small one.
pub(crate) fn trials(row: &'static Row) -> Vec<(IndicatorSpec, Vec<f64>)> {
    let parameters = row.about.parameters;
    let usual: Vec<f64> = parameters.iter().map(|parameter| parameter.default).collect();
    let least: Vec<f64> =
        parameters.iter().map(|parameter| if parameter.is_whole { parameter.min } else { parameter.default }).collect();
    let small: Vec<f64> = parameters
        .iter()
        .map(|parameter| if parameter.is_whole { (parameter.min + 3.0).min(parameter.max) } else { parameter.default })
        .collect();
    let mut sets = vec![usual, least, small];
    sets.dedup();
    sets.into_iter().map(|set| (IndicatorSpec::parse(row.about.name, &set).unwrap(), set)).collect()
}

/// Runs `check` for every indicator and its parameter sets.
pub(crate) fn for_all(mut check: impl FnMut(&'static Row, &IndicatorSpec, &[f64])) {
    for row in spec::TABLE {
        for (indicator, parameters) in trials(row) {
            check(row, &indicator, &parameters);
        }
    }
}
