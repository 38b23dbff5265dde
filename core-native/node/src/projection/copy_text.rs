//! PostgreSQL's COPY text form: columns between tabs, a line per row, backslash before what would be misread.

use super::row::{Row, push_escaped};

/// A row of a COPY.
pub struct CopyRow<'a> {
    text: &'a mut String,
    is_first: bool,
}

impl<'a> CopyRow<'a> {
    /// Begins a row.
    pub fn new(text: &'a mut String) -> Self {
        Self { text, is_first: true }
    }
}

impl Row for CopyRow<'_> {
    fn plain(&mut self) -> &mut String {
        if !std::mem::take(&mut self.is_first) {
            self.text.push('\t');
        }
        self.text
    }

    fn text(mut self, value: &str) -> Self {
        push_escaped(self.plain(), value, |byte| match byte {
            b'\\' => Some("\\\\"),
            b'\t' => Some("\\t"),
            b'\n' => Some("\\n"),
            b'\r' => Some("\\r"),
            b'\0' => Some("\u{fffd}"),
            _ => None,
        });
        self
    }

    fn end(self) {
        self.text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_copy_would_misread_is_escaped() {
        let mut text = String::new();
        CopyRow::new(&mut text).text("a\\b\tc\nd\re\0f").text("").int(-1).bool(true).bool(false).ns(u64::MAX).end();
        CopyRow::new(&mut text).text("\\é\\").text("plain").time(u64::MAX).int(i64::MIN).int(u64::MAX).end();
        assert_eq!(
            text,
            "a\\\\b\\tc\\nd\\re\u{fffd}f\t\t-1\tt\tf\t9223372036854775807\n\
             \\\\é\\\\\tplain\t2262-04-11 23:47:16.854775+00\t-9223372036854775808\t18446744073709551615\n"
        );
    }
}
