//! `jware-load <mode> --option value ...`: measures one thing, checks every answer, prints one line of JSON.
//!
//! - `echo`: round trips of `--bytes` through a server that sends back what it gets;
//! - `order`: from a limit order to its first execution report, one at a time, each order canceled before the next;
//! - `pipe`: orders (or, with `--target echo` or `http`, messages or requests) over `--connections` with `--window` outstanding each;
//! - `open`: the same at `--rate` a second, whatever the answers do;
//! - `fan`: ticks to `--connections` subscribers, `--per-turn` at once, with `--window` turns outstanding;
//! - `idle`: `--connections` that log on to market data and do nothing, until the process is ended;
//! - `trace`: orders with and without a latency trace in turn: where their time goes, and what asking costs;
//! - `fdatasync`: an append of `--bytes` to a preallocated file and its `fdatasync`.
//!
//! Latencies are nanoseconds, exact percentiles of all samples after `--warm-up`. `--cpu` pins the process.
//! Anything unexpected - a refusal, a wrong name, a gap in the account's sequence, a closed connection - ends it with
//! one sentence and exit code 1: a figure is printed only for a run that was right.

mod clock;
mod cpu;
mod disk;
mod echo;
mod fan;
mod idle;
mod lane;
mod load_error;
mod market;
mod meter;
mod open_loop;
mod options;
mod order;
mod pipe;
mod poll;
mod report;
mod session;
mod socket;
mod stream;
mod trace;

use load_error::LoadError;
use options::Options;
use report::Report;

fn run() -> Result<Report, LoadError> {
    let mut arguments = std::env::args().skip(1);
    let mode = arguments.next().unwrap_or_default();
    let options = Options::parse(arguments)?;
    if let Some(cpu) = options.cpu {
        cpu::pin(cpu)?;
    }
    match mode.as_str() {
        "echo" => echo::run(&options),
        "order" => order::run(&options),
        "pipe" => pipe::run(&options),
        "open" => open_loop::run(&options),
        "fan" => fan::run(&options),
        "idle" => idle::run(&options),
        "trace" => trace::run(&options),
        "fdatasync" => disk::run(&options),
        _ => Err(LoadError::Usage(format!(
            "the first argument is echo, order, pipe, open, fan, idle, trace or fdatasync, not {mode:?}"
        ))),
    }
}

fn main() -> std::process::ExitCode {
    match run() {
        Ok(report) => {
            println!("{}", report.to_json());
            std::process::ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("jware-load: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}
