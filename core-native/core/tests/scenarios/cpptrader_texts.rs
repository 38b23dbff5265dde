//! CppTrader's scenarios for its command line. They hold commands and what their comments promise; the promises are written
//! down here as numbers.

use serde_json::Value;

use crate::cpptrader::{Outcome, Setting, Stage, int};
use crate::tally::{Compared, Tally};

const SYMBOLS: &str = "symbols and books are defined, and not deleted";
const ALL_OR_NONE: &str = "all-or-none orders";
const REDUCE: &str = "a reduction by a quantity is a replace to what is left";

pub fn play(file: &Value) -> Tally {
    let mut tally = Tally::default();
    for (name, lines) in file.as_object().expect("scenarios") {
        tally.begin_scenario(name);
        let number = name.trim_start_matches("scenario-").trim_end_matches(".txt");
        let lines: Vec<Vec<&str>> = lines
            .as_array()
            .expect("lines")
            .iter()
            .map(|line| line.as_str().expect("a text"))
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .map(|line| line.split(' ').collect())
            .collect();
        if let Some(why) = not_comparable(number) {
            for _ in &lines {
                tally.count(Compared::Not(why));
            }
            continue;
        }
        let mut stage = Stage::new(Setting::USUAL);
        for line in &lines {
            tally.count(run(&mut stage, line));
        }
        assert_eq!(stage.outcome(), outcome_of(number), "{name}");
        check_details(number, &stage);
    }
    tally
}

fn not_comparable(number: &str) -> Option<&'static str> {
    match number {
        "01" | "02" => Some(SYMBOLS),
        "08" => Some(ALL_OR_NONE),
        _ => None,
    }
}

/// What each leaves behind.
fn outcome_of(number: &str) -> Outcome {
    let nothing = Outcome::default();
    match number {
        // Deleted; fully matched; fully matched; all taken at once; all taken by the stop; canceled by mitigation.
        "03" | "04" | "05" | "09" | "11" | "14" => nothing,
        // A hundred of the 180 offered are bought: 60 at 40, 40 at 50.
        "06" => Outcome { bids: (9, 180), asks: (5, 80), ..nothing },
        // Sold down to 20 and no further.
        "07" => Outcome { bids: (3, 60), asks: (9, 180), ..nothing },
        // The first is killed whole, the second filled whole: 30 at 30, 10 at 20.
        "10" => Outcome { bids: (2, 20), ..nothing },
        // The market sale leaves 20 of the bids, and the stop-limit rests at 30 above them.
        "12" => Outcome { bids: (2, 20), asks: (1, 30), ..nothing },
        "13" => Outcome { bids: (3, 50), stop_sells: (1, 100), ..nothing },
        other => panic!("unknown scenario {other}"),
    }
}

fn check_details(number: &str, stage: &Stage) {
    if number == "13" {
        assert_eq!(stage.trigger_of(4), 20, "ten below the best bid and the last price");
    }
}

fn run(stage: &mut Stage, words: &[&str]) -> Compared {
    match *words {
        ["enable", "matching"] | ["add", "symbol" | "book", ..] => Compared::Exactly,
        ["add", ref order @ ..] => {
            let at = order.iter().position(|&word| word == "buy" || word == "sell").expect("a side");
            let side = if order[at] == "buy" { "Buy" } else { "Sell" };
            let mut args = order[at + 1..].to_vec();
            let kind = match order[..at] {
                ["limit"] => format!("{side}Limit"),
                ["ioc", "limit"] => {
                    args.push("OrderTimeInForce::IOC");
                    format!("{side}Limit")
                }
                ["fok", "limit"] => {
                    args.push("OrderTimeInForce::FOK");
                    format!("{side}Limit")
                }
                ["market"] | ["slippage", "market"] => format!("{side}Market"),
                ["stop"] => format!("{side}Stop"),
                ["stop-limit"] => format!("{side}StopLimit"),
                ["trailing", "stop"] => format!("Trailing{side}Stop"),
                ref other => panic!("unknown order {other:?}"),
            };
            stage.operate("add", &kind, &args)
        }
        ["reduce", "order", id, by] => {
            let left = stage.left_of(int(id)).expect("it is live") - int(by);
            stage.operate("ModifyOrder", "", &[id, "10", &left.to_string()]);
            assert_eq!(stage.left_of(int(id)), Some(left));
            Compared::Bridged(REDUCE)
        }
        ["modify", "order", id, price, left] => {
            let compared = stage.operate("ModifyOrder", "", &[id, price, left]);
            assert_eq!(stage.left_of(int(id)), Some(int(left)));
            compared
        }
        ["replace", "order", id, new, price, qty] => {
            let compared = stage.operate("ReplaceOrder", "", &[id, new, price, qty]);
            assert_eq!((stage.left_of(int(id)), stage.left_of(int(new))), (None, Some(int(qty))));
            compared
        }
        ["mitigate", "order", id, price, qty] => {
            let compared = stage.operate("MitigateOrder", "", &[id, price, qty]);
            // Twenty of it were filled.
            assert_eq!(stage.left_of(int(id)), Some(int(qty) - 20).filter(|&left| left > 0));
            compared
        }
        ["delete", "order", id] => stage.operate("DeleteOrder", "", &[id]),
        ref other => panic!("unknown command {other:?}"),
    }
}
