//! An allocator that asks for large pages where a table is made of zeroes, and is the system's in all else.
//!
//! The index of names is looked up at random in 16 MiB and more: with pages of 4 KiB most look-ups first miss the processor's list of
//! pages, and on a virtual machine that costs more than the memory itself. Only tables that begin as zeroes are that large and that
//! random; what grows in order keeps small pages, of which one is zeroed at a time.

#![allow(unsafe_code, reason = "an allocator")]

use std::alloc::{GlobalAlloc, Layout, System};

/// Below this a table is no burden.
const LARGE_BYTES: usize = 4 << 20;
#[cfg(target_os = "linux")]
const PAGE_BYTES: usize = 2 << 20;

/// For `#[global_allocator]`, in a program.
#[derive(Debug)]
pub struct LargePages;

// SAFETY: every call goes to the system's allocator as it came; advice changes no content and no address.
unsafe impl GlobalAlloc for LargePages {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as our caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as our caller promises.
        let start = unsafe { System.alloc_zeroed(layout) };
        if layout.size() >= LARGE_BYTES && !start.is_null() {
            advise(start, layout.size());
        }
        start
    }

    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        // SAFETY: as our caller promises.
        unsafe { System.dealloc(start, layout) }
    }

    unsafe fn realloc(&self, start: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: as our caller promises.
        unsafe { System.realloc(start, layout, new_size) }
    }
}

/// Asks for large pages in the whole ones of a range. What cannot be had is done without.
#[cfg(target_os = "linux")]
fn advise(start: *mut u8, size: usize) {
    let skipped = start.align_offset(PAGE_BYTES);
    let whole = size.saturating_sub(skipped) / PAGE_BYTES * PAGE_BYTES;
    if whole > 0 {
        // SAFETY: the range lies within what was just allocated, and advice changes none of it.
        unsafe {
            libc::madvise(start.add(skipped).cast(), whole, libc::MADV_HUGEPAGE);
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn advise(_start: *mut u8, _size: usize) {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    /// What the kernel was asked of the mapping that an address is in.
    fn flags_at(address: usize) -> String {
        let maps = std::fs::read_to_string("/proc/self/smaps").unwrap();
        let mut is_there = false;
        for line in maps.lines() {
            let range = line.split(' ').next().and_then(|range| range.split_once('-'));
            if let Some((from, to)) = range
                && let (Ok(from), Ok(to)) = (usize::from_str_radix(from, 16), usize::from_str_radix(to, 16))
            {
                is_there = (from..to).contains(&address);
            }
            if is_there && let Some(flags) = line.strip_prefix("VmFlags:") {
                return flags.to_owned();
            }
        }
        panic!("no mapping has {address:x}");
    }

    #[test]
    fn a_large_table_of_zeroes_has_large_pages_and_is_zero() {
        let layout = Layout::from_size_align(64 << 20, 8).unwrap();
        // SAFETY: the layout is not empty; what is allocated is given back with the same one, and read before.
        let (is_zero, flags) = unsafe {
            let start = LargePages.alloc_zeroed(layout);
            let flags = flags_at(start as usize + (32 << 20));
            let is_zero = (0..64 << 20).step_by(4_096).all(|at| *start.add(at) == 0);
            LargePages.dealloc(start, layout);
            (is_zero, flags)
        };
        assert!(is_zero);
        assert!(flags.split(' ').any(|flag| flag == "hg"), "{flags}");
    }
}
