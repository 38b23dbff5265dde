//! An allocator that counts what its thread asks for.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ops::AddAssign;

/// What was asked of the allocator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub allocs: u64,
    pub reallocs: u64,
    /// Asked for by both.
    pub bytes: u64,
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.allocs += other.allocs;
        self.reallocs += other.reallocs;
        self.bytes += other.bytes;
    }
}

thread_local! {
    static COUNT: Cell<Count> = const { Cell::new(Count { allocs: 0, reallocs: 0, bytes: 0 }) };
}

fn add(more: Count) {
    COUNT.with(|count| {
        let mut sum = count.get();
        sum += more;
        count.set(sum);
    });
}

pub struct Counting;

// SAFETY: every call goes to the system's allocator unchanged; the counter does not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        add(Count { allocs: 1, reallocs: 0, bytes: layout.size() as u64 });
        // SAFETY: as the caller promised for `layout`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as the caller promised for `pointer` and `layout`.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        add(Count { allocs: 0, reallocs: 1, bytes: size as u64 });
        // SAFETY: as the caller promised for `pointer`, `layout` and `size`.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// Does some work and gives what it asked for.
pub fn of<T>(work: impl FnOnce() -> T) -> (T, Count) {
    COUNT.with(|count| count.set(Count::default()));
    let result = work();
    (result, COUNT.with(Cell::get))
}
