//! Parameters out of range, and the table itself.

use std::collections::BTreeSet;
use std::fmt::Write;

use jware_core::indicator::{IndicatorError, IndicatorSpec, PERIOD_MAX, spec};

fn refused(name: &str, parameters: &[f64]) -> Option<IndicatorError> {
    IndicatorSpec::parse(name, parameters).err()
}

#[test]
fn every_parameter_of_every_indicator_is_held_to_its_range() {
    let mut count = 0;
    for row in spec::TABLE {
        let usual: Vec<f64> = row.about.parameters.iter().map(|parameter| parameter.default).collect();
        assert_eq!(refused(row.about.name, &usual), None, "{}", row.about.name);
        for (place, parameter) in row.about.parameters.iter().enumerate() {
            let with = |value: f64| {
                let mut values = usual.clone();
                values[place] = value;
                refused(row.about.name, &values)
            };
            for good in [parameter.min, parameter.default] {
                assert_eq!(with(good), None, "{} {}", row.about.name, parameter.name);
            }
            let step = if parameter.is_whole { 1.0 } else { parameter.max.abs() * 1e-9 };
            let mut bad = vec![parameter.min - step, parameter.max + step, f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
            if parameter.is_whole {
                bad.push(parameter.min + 0.5);
            }
            for bad in bad {
                let error = with(bad).unwrap_or_else(|| panic!("{} {} takes {bad}", row.about.name, parameter.name));
                assert!(matches!(error, IndicatorError::OutOfRange { parameter: found, .. } if found == *parameter), "{error}");
                count += 1;
            }
        }
        let one_more = [usual.as_slice(), &[1.0]].concat();
        let expected = usual.len();
        assert_eq!(refused(row.about.name, &one_more), Some(IndicatorError::ParameterCount { expected, found: expected + 1 }));
    }
    println!("{count} parameters out of range refused");
}

#[test]
fn errors_are_sentences() {
    let text = |name: &str, parameters: &[f64]| refused(name, parameters).unwrap().to_string();
    assert_eq!(text("rsi", &[1.0]), "period is a whole number from 2 to 10000, not 1");
    assert_eq!(text("sma", &[2.5]), "period is a whole number from 1 to 10000, not 2.5");
    assert_eq!(text("bollinger", &[20.0, 0.0]), "deviations is a number from 0.001 to 1000, not 0");
    assert_eq!(text("macd", &[12.0, 26.0]), "3 parameters are needed, 2 were given");
    assert_eq!(text("kamma", &[]), "there is no indicator \"kamma\"; those that begin alike: kama, keltner, kst, kvo");
    assert_eq!(text("", &[]), "there is no indicator \"\", and none that begins alike");
}

#[test]
fn the_table_is_sound() {
    let names: BTreeSet<&str> = spec::TABLE.iter().map(|row| row.about.name).collect();
    assert_eq!(names.len(), spec::TABLE.len(), "every name once");
    let is_plain = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    for row in spec::TABLE {
        let about = &row.about;
        assert!(is_plain(about.name), "{}", about.name);
        assert!(!about.title.is_empty() && !about.source.is_empty() && !about.outputs.is_empty());
        let outputs: BTreeSet<&str> = about.outputs.iter().copied().collect();
        assert!(outputs.len() == about.outputs.len() && outputs.iter().all(|name| is_plain(name)), "{}", about.name);
        let parameters: BTreeSet<&str> = about.parameters.iter().map(|parameter| parameter.name).collect();
        assert!(parameters.len() == about.parameters.len() && parameters.iter().all(|name| is_plain(name)));
        assert!(
            about.parameters.iter().all(|parameter| parameter.min <= parameter.default && parameter.default <= parameter.max)
        );
    }
}

#[test]
fn the_longest_periods_work() {
    let longest = f64::from(PERIOD_MAX);
    for name in ["sma", "ema", "wma", "linearreg", "atr", "rsi", "var"] {
        let parameters = [longest];
        let values: Vec<f64> = (0..=PERIOD_MAX).map(f64::from).collect();
        let outputs = super::series::Bars::of_values(&values).compute(name, &parameters).unwrap();
        assert!(outputs[0][PERIOD_MAX as usize].is_finite(), "{name}");
    }
}

/// The README's table is what the code says. `JWARE_WRITE_DOCS=1` writes it.
#[test]
fn the_readme_lists_every_indicator_with_its_warm_up() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/indicator/README.md");
    let readme = std::fs::read_to_string(path).unwrap();
    let (begin, end) = ("<!-- table: written by tests/indicators/parameters.rs -->\n", "<!-- end of table -->\n");
    let (head, rest) = readme.split_once(begin).expect("the table's beginning");
    let (found, tail) = rest.split_once(end).expect("the table's end");
    let expected = table();
    if std::env::var_os("JWARE_WRITE_DOCS").is_some() {
        std::fs::write(path, format!("{head}{begin}{expected}{end}{tail}")).unwrap();
    } else {
        assert!(found == expected, "the README's table is old: run this test with JWARE_WRITE_DOCS=1");
    }
}

fn table() -> String {
    let mut text = String::from(
        "| name | what | parameters and their usual values | warm-up with these | outputs | reads | by |\n|---|---|---|---|---|---|---|\n",
    );
    let mut group = "";
    for row in spec::TABLE {
        let about = &row.about;
        if row.group != group {
            group = row.group;
            writeln!(text, "| **{group}** | | | | | | |").unwrap();
        }
        let parameters: Vec<String> =
            about.parameters.iter().map(|parameter| format!("{} {}", parameter.name, parameter.default)).collect();
        let reads: Vec<&str> = row.reads.iter().map(|column| column.name()).collect();
        let warm_up = IndicatorSpec::usual(about.name).unwrap().warm_up();
        writeln!(
            text,
            "| `{}` | {} | {} | {warm_up} | {} | {} | {} |",
            about.name,
            about.title,
            parameters.join(", "),
            about.outputs.join(", "),
            reads.join(", "),
            about.source
        )
        .unwrap();
    }
    text
}
