//! The command line: `--name value` pairs, each with a default.

use crate::load_error::LoadError;

/// Everything that can be asked for; each mode reads its part.
pub struct Options {
    /// Port on the loopback.
    pub port: u16,
    /// Path of the WebSocket route.
    pub path: String,
    /// Processor to run on; absent = any.
    pub cpu: Option<usize>,
    /// Samples to take.
    pub count: usize,
    /// Round trips before the first sample.
    pub warm_up: usize,
    /// Size of a message or record.
    pub bytes: usize,
    /// Connections of `pipe`, `open`, `fan` and `idle`.
    pub connections: usize,
    /// Number of the first of `idle`'s connections: a second program goes on where the first one ended.
    pub first: usize,
    /// Outstanding requests per connection of `pipe`; outstanding turns of `fan`.
    pub window: usize,
    /// Ticks of a turn of `fan`.
    pub per_turn: usize,
    /// Subscribers of `fan` that never read, beside the others.
    pub slow: usize,
    /// Port of `fan`'s publisher that turns are asked from.
    pub control_port: u16,
    /// Instrument that `fan` subscribes to.
    pub instrument: u32,
    /// Requests a second of `open`.
    pub rate: usize,
    /// What `pipe` and `open` speak to: `order`, `echo` or `http`; of `fan`: `market` or `raw`.
    pub target: String,
    /// One-time ticket to log on with.
    pub ticket: Option<String>,
    /// API keys to log on with: one per connection, in turn. A mode with one connection takes the first.
    pub api_keys: Vec<String>,
    /// Account to trade; 0 = the first of the session.
    pub account: u32,
    /// Symbol to trade; empty = the first instrument.
    pub symbol: String,
    /// Limit price of buy orders, ticks; below the market, or they trade.
    pub price_ticks: i64,
    /// Quantity of each order; 0 = the instrument's smallest.
    pub qty_lots: i64,
    /// Folder of the `fdatasync` file.
    pub dir: String,
    /// Process whose processor time `pipe` and `fan` tell, over the measured stretch.
    pub server_pid: Option<u32>,
    /// Folder of the file in which `order` samples the floor of a durable acknowledgement after each order.
    pub floor_dir: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 8081,
            path: "/v1/orders".to_owned(),
            cpu: None,
            count: 20_000,
            warm_up: 2_000,
            bytes: 64,
            connections: 1,
            first: 0,
            window: 1,
            per_turn: 1,
            slow: 0,
            control_port: 0,
            instrument: 1,
            rate: 0,
            target: "order".to_owned(),
            ticket: None,
            api_keys: Vec::new(),
            account: 0,
            symbol: String::new(),
            price_ticks: 1,
            qty_lots: 0,
            dir: ".".to_owned(),
            server_pid: None,
            floor_dir: None,
        }
    }
}

impl Options {
    /// The API key of a connection, by its number: in turn, where there are fewer keys.
    pub fn api_key_of(&self, connection: usize) -> Option<&str> {
        self.api_keys.get(connection % self.api_keys.len().max(1)).map(String::as_str)
    }

    /// Reads the arguments after the mode.
    pub fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, LoadError> {
        let mut options = Self::default();
        while let Some(name) = arguments.next() {
            let value = arguments.next().ok_or_else(|| LoadError::Usage(format!("{name} needs a value")))?;
            match name.as_str() {
                "--port" => options.port = number(&name, &value)?,
                "--path" => options.path = value,
                "--cpu" => options.cpu = Some(number(&name, &value)?),
                "--count" => options.count = at_least_one(&name, &value)?,
                "--warm-up" => options.warm_up = number(&name, &value)?,
                "--bytes" => options.bytes = at_least_one(&name, &value)?,
                "--connections" => options.connections = at_least_one(&name, &value)?,
                "--first" => options.first = number(&name, &value)?,
                "--window" => options.window = at_least_one(&name, &value)?,
                "--per-turn" => options.per_turn = at_least_one(&name, &value)?,
                "--slow" => options.slow = number(&name, &value)?,
                "--control-port" => options.control_port = number(&name, &value)?,
                "--instrument" => options.instrument = number(&name, &value)?,
                "--rate" => options.rate = at_least_one(&name, &value)?,
                "--target" => options.target = value,
                "--ticket" => options.ticket = Some(value),
                "--api-key" => options.api_keys = vec![value],
                "--api-keys" => options.api_keys = keys(&name, &value)?,
                "--account" => options.account = number(&name, &value)?,
                "--symbol" => options.symbol = value,
                "--price-ticks" => options.price_ticks = number(&name, &value)?,
                "--qty-lots" => options.qty_lots = number(&name, &value)?,
                "--dir" => options.dir = value,
                "--server-pid" => options.server_pid = Some(number(&name, &value)?),
                "--floor-dir" => options.floor_dir = Some(value),
                _ => return Err(LoadError::Usage(format!("there is no option {name}"))),
            }
        }
        Ok(options)
    }
}

/// Keys with commas between them.
fn keys(name: &str, value: &str) -> Result<Vec<String>, LoadError> {
    let keys: Vec<String> = value.split(',').map(str::to_owned).collect();
    // A comma too many would put two connections on one account and change what is measured.
    if keys.iter().any(String::is_empty) {
        return Err(LoadError::Usage(format!("{name} is API keys with commas between them, not {value:?}")));
    }
    Ok(keys)
}

fn number<T: std::str::FromStr>(name: &str, value: &str) -> Result<T, LoadError> {
    value.parse().map_err(|_| LoadError::Usage(format!("{name} is a number, not {value:?}")))
}

fn at_least_one(name: &str, value: &str) -> Result<usize, LoadError> {
    match number(name, value)? {
        0 => Err(LoadError::Usage(format!("{name} is at least 1"))),
        count => Ok(count),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Result<Options, LoadError> {
        Options::parse(arguments.iter().map(|&text| text.to_owned()))
    }

    #[test]
    fn connections_take_the_keys_in_turn() {
        let options = parsed(&["--api-keys", "a,b,c"]).unwrap();
        assert_eq!((0..5).filter_map(|index| options.api_key_of(index)).collect::<Vec<_>>(), ["a", "b", "c", "a", "b"]);
        assert_eq!(parsed(&["--api-key", "k"]).unwrap().api_key_of(7), Some("k"));
        assert_eq!(Options::default().api_key_of(7), None);
    }

    #[test]
    fn a_key_that_is_missing_is_told() {
        for wrong in ["", "a,", "a,,b"] {
            assert!(matches!(parsed(&["--api-keys", wrong]), Err(LoadError::Usage(_))), "{wrong:?}");
        }
    }
}
