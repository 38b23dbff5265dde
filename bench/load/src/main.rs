//! `jware-load <mode> --option value ...`: measures one thing, checks every answer, prints one line of JSON.
//!
//! - `echo`: round trips of `--bytes` through a server that sends back what it gets;
//! - `order`: from a limit order to its first execution report, one at a time, each order canceled before the next;
//! - `pipe`: orders (or, with `--target echo`, messages) over `--connections` with `--window` outstanding each;
//! - `fdatasync`: an append of `--bytes` to a preallocated file and its `fdatasync`.
//!
//! Latencies are nanoseconds, exact percentiles of all samples after `--warm-up`. `--cpu` pins the process.
//! Anything unexpected - a refusal, a wrong name, a gap in the account's sequence, a closed connection - ends it with
//! one sentence and exit code 1: a figure is printed only for a run that was right.

mod clock;
mod cpu;
mod disk;
mod echo;
mod load_error;
mod options;
mod order;
mod pipe;
mod report;
mod session;
mod socket;

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
        "fdatasync" => disk::run(&options),
        _ => Err(LoadError::Usage(format!("the first argument is echo, order, pipe or fdatasync, not {mode:?}"))),
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
