//! How each step was compared, by the name of the difference where there is one.

use std::collections::BTreeMap;

/// What a step proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// Both engines say the same; of an operation without an expectation, that it is accepted.
    Exactly,
    /// They say the same under this translation.
    Bridged(&'static str),
    /// They differ by design, in this.
    Not(&'static str),
}

/// Scenarios, and steps by how they were compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub scenarios: u32,
    /// Scenarios of which no step can be compared.
    pub unplayed: u32,
    pub exact: u32,
    pub bridged: u32,
    pub not: u32,
}

#[derive(Default)]
pub struct Tally {
    /// Name and steps of each scenario.
    scenarios: Vec<(String, Counts)>,
    bridged: BTreeMap<&'static str, u32>,
    not: BTreeMap<&'static str, u32>,
}

impl Tally {
    pub fn begin_scenario(&mut self, name: &str) {
        self.scenarios.push((name.to_owned(), Counts::default()));
    }

    pub fn count(&mut self, compared: Compared) {
        let counts = &mut self.scenarios.last_mut().expect("a scenario has begun").1;
        match compared {
            Compared::Exactly => counts.exact += 1,
            Compared::Bridged(name) => {
                counts.bridged += 1;
                *self.bridged.entry(name).or_default() += 1;
            }
            Compared::Not(name) => {
                counts.not += 1;
                *self.not.entry(name).or_default() += 1;
            }
        }
    }

    pub fn counts(&self) -> Counts {
        self.scenarios.iter().fold(Counts::default(), |sum, (_, steps)| Counts {
            scenarios: sum.scenarios + 1,
            unplayed: sum.unplayed + u32::from(steps.exact + steps.bridged == 0),
            exact: sum.exact + steps.exact,
            bridged: sum.bridged + steps.bridged,
            not: sum.not + steps.not,
        })
    }

    pub fn tell(&self, what: &str) {
        let Counts { scenarios, unplayed, exact, bridged, not } = self.counts();
        println!("{what}: {scenarios} scenarios, {unplayed} of them not comparable");
        println!("  steps: {exact} exactly, {bridged} bridged, {not} not comparable");
        for (name, Counts { exact, bridged, not, .. }) in &self.scenarios {
            println!("  {exact:4} {bridged:4} {not:4}  {name}");
        }
        for (kind, names) in [("bridged", &self.bridged), ("not comparable", &self.not)] {
            for (name, count) in names {
                println!("  {kind}: {name} ({count})");
            }
        }
    }
}
