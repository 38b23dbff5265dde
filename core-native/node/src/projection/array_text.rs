//! Rows as the text of one PostgreSQL array for each column: `{1,2}` and `{"a","b \"c\""}`. So one statement takes them all.
//!
//! Texts stand between quotes, always, so that none is taken for NULL, for nothing, or for the array's own marks. What is plain
//! holds none of these marks and stands bare.

use super::row::{Row, push_escaped};

/// A row of which each column goes to an array of its own.
pub struct ArrayRow<'a> {
    columns: &'a mut Vec<String>,
    index: usize,
}

impl<'a> ArrayRow<'a> {
    /// Begins a row: the first, where there are no columns yet, or one with as many columns as the others.
    pub fn new(columns: &'a mut Vec<String>) -> Self {
        Self { columns, index: 0 }
    }
}

impl Row for ArrayRow<'_> {
    fn plain(&mut self) -> &mut String {
        if self.index == self.columns.len() {
            self.columns.push(String::new());
        }
        let column = &mut self.columns[self.index];
        column.push(if column.is_empty() { '{' } else { ',' });
        self.index += 1;
        column
    }

    fn text(mut self, value: &str) -> Self {
        let column = self.plain();
        column.push('"');
        push_escaped(column, value, |byte| match byte {
            b'"' => Some("\\\""),
            b'\\' => Some("\\\\"),
            b'\0' => Some("\u{fffd}"),
            _ => None,
        });
        column.push('"');
        self
    }

    fn end(self) {
        assert_eq!(self.index, self.columns.len(), "every row has the same columns");
    }
}

/// Ends the arrays, after the last row.
pub fn end_arrays(columns: &mut [String]) {
    for column in columns {
        column.push('}');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_column_is_an_array_whose_texts_are_quoted() {
        let mut columns = Vec::new();
        ArrayRow::new(&mut columns).text("a\\b\tc\nd\"e\0f").int(-1).bool(true).time(0).end();
        ArrayRow::new(&mut columns).text("").int(u64::MAX).bool(false).ns(u64::MAX).end();
        ArrayRow::new(&mut columns).text("NULL").int(0).bool(false).ns(7).end();
        end_arrays(&mut columns);
        assert_eq!(
            columns,
            [
                "{\"a\\\\b\tc\nd\\\"e\u{fffd}f\",\"\",\"NULL\"}",
                "{-1,18446744073709551615,0}",
                "{t,f,f}",
                "{1970-01-01 00:00:00.000000+00,9223372036854775807,7}",
            ]
        );
    }
}
