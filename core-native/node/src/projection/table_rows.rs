//! What goes into one table: rows to be added, and rows that replace others.

use super::array_text::{ArrayRow, end_arrays};
use super::copy_text::CopyRow;

/// The rows of a batch for one table.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct TableRows {
    /// Rows that are added, in COPY's text form.
    pub copied: String,
    /// Rows that may be there already, as the text of one array for each column; empty where there are none.
    pub replaced: Vec<String>,
}

impl TableRows {
    /// Of a table where rows are only added.
    pub fn of_copied(copied: String) -> Self {
        Self { copied, replaced: Vec::new() }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.copied.is_empty() && self.replaced.is_empty()
    }

    /// Begins a row that is added.
    pub fn copied_row(&mut self) -> CopyRow<'_> {
        CopyRow::new(&mut self.copied)
    }

    /// Begins a row that may replace one.
    pub fn replaced_row(&mut self) -> ArrayRow<'_> {
        ArrayRow::new(&mut self.replaced)
    }

    /// After the last row.
    pub fn end(&mut self) {
        end_arrays(&mut self.replaced);
    }
}
