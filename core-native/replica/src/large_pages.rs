//! An allocator that maps what is large by itself, gives tables of zeroes large pages, and is the system's in all else.
//!
//! The index of names is looked up at random in 16 MiB and more, that of live orders in as much where there are half a million: with pages of
//! 4 KiB most look-ups first miss the processor's list of pages, and on a virtual machine that costs more than the memory itself. Both begin as
//! zeroes, and their pages are there when they are made: no order waits for the zeroes of two megabytes. What grows in order is allocated
//! otherwise, keeps small pages, and gets one when it is first touched.
//!
//! Each mapping is of its own, and goes when it is given back: left to the system's allocator, the advice would outlive the table and be about
//! small things. It is here, and not with the core, because the core calls no system.

#![allow(unsafe_code, reason = "an allocator")]

use std::alloc::{GlobalAlloc, Layout, System};

/// For `#[global_allocator]`, in a program.
#[derive(Debug)]
pub struct LargePages;

// SAFETY: `mapped` says of every layout, always alike, whether it is mapped here or the system allocator's; each part keeps the contract.
unsafe impl GlobalAlloc for LargePages {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if mapped::takes(layout) {
            return mapped::alloc(layout.size());
        }
        // SAFETY: as our caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if mapped::takes(layout) {
            return mapped::alloc_table(layout.size());
        }
        // SAFETY: as our caller promises.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        if mapped::takes(layout) {
            // SAFETY: a layout of this kind was mapped, with this size.
            return unsafe { mapped::dealloc(start, layout.size()) };
        }
        // SAFETY: as our caller promises.
        unsafe { System.dealloc(start, layout) }
    }

    unsafe fn realloc(&self, start: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: our caller promises that the size fits this alignment.
        let new_layout = unsafe { Layout::from_size_align_unchecked(new_size, layout.align()) };
        match (mapped::takes(layout), mapped::takes(new_layout)) {
            // SAFETY: as our caller promises.
            (false, false) => unsafe { System.realloc(start, layout, new_size) },
            // SAFETY: it was mapped with this size.
            (true, true) => unsafe { mapped::realloc(start, layout.size(), new_size) },
            // SAFETY: as our caller promises; the two do not overlap, and both hold what is copied.
            _ => unsafe {
                let new = self.alloc(new_layout);
                if !new.is_null() {
                    new.copy_from_nonoverlapping(start, layout.size().min(new_size));
                    self.dealloc(start, layout);
                }
                new
            },
        }
    }
}

#[cfg(target_os = "linux")]
mod mapped {
    use std::alloc::Layout;
    use std::ptr::null_mut;

    /// Below this a table is no burden.
    const LARGE_BYTES: usize = 4 << 20;
    const SMALL_PAGE_BYTES: usize = 4 << 10;
    const PAGE_BYTES: usize = 2 << 20;

    pub(super) const fn takes(layout: Layout) -> bool {
        layout.size() >= LARGE_BYTES && layout.align() <= SMALL_PAGE_BYTES
    }

    /// Zeroes that are not there before they are touched. Null where there is no more memory.
    pub(super) fn alloc(size: usize) -> *mut u8 {
        let kind = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        // SAFETY: a mapping wherever the system has room touches nothing that is there.
        let start = unsafe { libc::mmap(null_mut(), size, libc::PROT_READ | libc::PROT_WRITE, kind, -1, 0) };
        if start == libc::MAP_FAILED { null_mut() } else { start.cast() }
    }

    /// Zeroes in large pages that are there, as far as can be had. Null where there is no more memory.
    pub(super) fn alloc_table(size: usize) -> *mut u8 {
        let start = alloc(size);
        if start.is_null() {
            return start;
        }
        let skipped = start.align_offset(PAGE_BYTES);
        let whole = size.saturating_sub(skipped) / PAGE_BYTES * PAGE_BYTES;
        // SAFETY: both ranges lie within the mapping that was just made; what the calls change of it is where it is. A kernel that knows
        // one of them not (before 5.14), or has no large pages, leaves a mapping that serves all the same.
        unsafe {
            libc::madvise(start.add(skipped).cast(), whole, libc::MADV_HUGEPAGE);
            libc::madvise(start.cast(), size, libc::MADV_POPULATE_WRITE);
        }
        start
    }

    /// # Safety
    /// A mapping of this size starts there, and is not used again.
    pub(super) unsafe fn dealloc(start: *mut u8, size: usize) {
        // SAFETY: as our caller promises.
        let code = unsafe { libc::munmap(start.cast(), size) };
        debug_assert_eq!(code, 0, "what was mapped can be given back");
    }

    /// Null, and nothing has changed, where there is no more memory.
    ///
    /// # Safety
    /// A mapping of this size starts there; it is used no more unless null is given.
    pub(super) unsafe fn realloc(start: *mut u8, size: usize, new_size: usize) -> *mut u8 {
        // SAFETY: as our caller promises.
        let new = unsafe { libc::mremap(start.cast(), size, new_size, libc::MREMAP_MAYMOVE) };
        if new == libc::MAP_FAILED { null_mut() } else { new.cast() }
    }
}

/// Elsewhere nothing is.
#[cfg(not(target_os = "linux"))]
mod mapped {
    use std::alloc::Layout;

    pub(super) const fn takes(_layout: Layout) -> bool {
        false
    }

    pub(super) fn alloc(_size: usize) -> *mut u8 {
        unreachable!("takes none")
    }

    pub(super) fn alloc_table(_size: usize) -> *mut u8 {
        unreachable!("takes none")
    }

    pub(super) unsafe fn dealloc(_start: *mut u8, _size: usize) {
        unreachable!("takes none")
    }

    pub(super) unsafe fn realloc(_start: *mut u8, _size: usize, _new_size: usize) -> *mut u8 {
        unreachable!("takes none")
    }
}

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

    #[test]
    fn what_grows_over_the_threshold_and_back_keeps_its_content() {
        let layout = |size| Layout::from_size_align(size, 8).unwrap();
        let sizes = [1 << 20, 3 << 20, 5 << 20, (9 << 20) + 24, 6 << 20, 100_000];
        // SAFETY: each layout is the one that was given last; what is read was written, and is within the smallest size since.
        unsafe {
            let mut start = LargePages.alloc(layout(sizes[0]));
            start.write_bytes(7, 100_000);
            for pair in sizes.windows(2) {
                start = LargePages.realloc(start, layout(pair[0]), pair[1]);
                assert!((0..100_000).all(|at| *start.add(at) == 7), "{pair:?}");
                start.add(pair[1] - 1).write(9);
            }
            LargePages.dealloc(start, layout(sizes[5]));
        }
    }

    #[test]
    fn what_cannot_be_had_is_null() {
        let layout = Layout::from_size_align(1 << 46, 8).unwrap();
        // SAFETY: the layout is not empty.
        assert!(unsafe { LargePages.alloc_zeroed(layout) }.is_null());
    }
}
