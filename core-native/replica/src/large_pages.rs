//! An allocator that asks for large pages where a table is made of zeroes, and is the system's in all else.
//!
//! The index of names is looked up at random in 16 MiB and more, that of live orders in as much where there are half a million: with pages of
//! 4 KiB most look-ups first miss the processor's list of pages, and on a virtual machine that costs more than the memory itself. Both begin as
//! zeroes; what grows in order is allocated otherwise and keeps small pages, of which one is zeroed at a time.
//!
//! Cost: memory is there two megabytes at a time, in every core of the process, and whoever touches such a page first waits for its zeroes: a
//! table that orders should not wait for is touched when it is made. It is here, and not with the core, because the core calls no system.

#![allow(unsafe_code, reason = "an allocator")]

use std::alloc::{GlobalAlloc, Layout, System};
#[cfg(all(target_os = "linux", target_env = "gnu"))]
use std::sync::atomic::{AtomicBool, Ordering};

/// Below this a table is no burden. The C library takes it as an int.
const LARGE_BYTES: i32 = 4 << 20;
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
        let is_large = layout.size() >= LARGE_BYTES as usize;
        if is_large {
            keep_apart();
        }
        // SAFETY: as our caller promises.
        let start = unsafe { System.alloc_zeroed(layout) };
        if is_large && !start.is_null() {
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

/// Lets the system's allocator map everything large by itself. Left alone it takes what was large once from its heap the next time, where the advice
/// would outlive the table and be about small things.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn keep_apart() {
    static ONCE: AtomicBool = AtomicBool::new(false);
    if !ONCE.swap(true, Ordering::Relaxed) {
        // SAFETY: it sets a number of the allocator.
        unsafe {
            libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE_BYTES);
        }
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn keep_apart() {}

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

    /// What the kernel was asked of the mapping that an address is in, and the line that names the mapping.
    fn mapping_at(address: usize) -> (String, String) {
        let maps = std::fs::read_to_string("/proc/self/smaps").unwrap();
        let (mut is_there, mut name) = (false, String::new());
        for line in maps.lines() {
            let range = line.split(' ').next().and_then(|range| range.split_once('-'));
            if let Some((from, to)) = range
                && let (Ok(from), Ok(to)) = (usize::from_str_radix(from, 16), usize::from_str_radix(to, 16))
            {
                is_there = (from..to).contains(&address);
                line.clone_into(&mut name);
            }
            if is_there && let Some(flags) = line.strip_prefix("VmFlags:") {
                return (flags.to_owned(), name);
            }
        }
        panic!("no mapping has {address:x}");
    }

    #[test]
    fn a_large_table_of_zeroes_has_large_pages_and_is_zero_also_where_there_was_one_before() {
        const BYTES: usize = 16 << 20;
        let layout = Layout::from_size_align(BYTES, 8).unwrap();
        for time in 1..=3 {
            // SAFETY: the layout is not empty; what is allocated is given back with the same one, and used before.
            let (is_zero, flags, name) = unsafe {
                let start = LargePages.alloc_zeroed(layout);
                let (flags, name) = mapping_at(start as usize + BYTES / 2);
                let is_zero = (0..BYTES).step_by(4_096).all(|at| *start.add(at) == 0);
                start.write_bytes(1, BYTES);
                LargePages.dealloc(start, layout);
                (is_zero, flags, name)
            };
            assert!(is_zero, "time {time}");
            assert!(flags.split(' ').any(|flag| flag == "hg"), "time {time}: {flags}");
            assert!(!name.contains("[heap]"), "time {time}: the advice would stay under what comes after it");
        }
    }
}
