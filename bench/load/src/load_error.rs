//! Why a run gave no figure.

use std::fmt;

/// Ends a run.
#[derive(Debug)]
pub enum LoadError {
    /// The command line is wrong.
    Usage(String),
    /// A socket or file failed.
    Io(String, std::io::Error),
    /// The server closed the connection, with its code and reason where it gave them.
    Closed(String),
    /// An answer was not the right one.
    Wrong(String),
}

impl LoadError {
    /// Adds what was being done to an I/O error.
    pub fn io(doing: &'static str) -> impl Fn(std::io::Error) -> Self {
        move |error| Self::Io(doing.to_owned(), error)
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) => write!(f, "{text}"),
            Self::Io(doing, error) => write!(f, "{doing}: {error}"),
            Self::Closed(reason) => write!(f, "the server closed the connection: {reason}"),
            Self::Wrong(text) => write!(f, "wrong answer: {text}"),
        }
    }
}
