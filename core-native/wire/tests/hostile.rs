//! Bytes from strangers: never a panic, always a meaning or a refusal with a code of its own.

mod support;

use jware_core::refusal::RefusalCode;
use jware_wire::decode::{VerifiedFrame, decode, verify};
use jware_wire::limits::SUBSCRIPTION_FRAME_BYTES_MAX;
use jware_wire::regular::is_regular;
use support::{ACTOR, Chance, raw, valid_frames};

use jware_wire::generated::{self as wire, ClientBody};

const RANDOM_BYTE_COUNT: usize = 20_000_000;
const MUTATION_COUNT: usize = 1_500_000;

/// Decodes and reads everything that came out; gives the refusal's code, if it was one.
fn survive(bytes: &[u8]) -> Option<RefusalCode> {
    // What the short verification lets pass is read without further checks.
    assert!(!is_regular(bytes) || verify(bytes).is_ok(), "passed as regular: {bytes:?}");
    std::hint::black_box(VerifiedFrame::of(bytes).map_or(0, |frame| frame.trace_sent_ns()));
    match decode(bytes, ACTOR) {
        Ok(inbound) => {
            // Reads every borrowed text and list to its end.
            assert!(!format!("{inbound:?}").is_empty());
            None
        }
        Err(refused) => {
            let code = refused.refusal.code;
            let number = code.number();
            assert!(matches!(number / 100, 1 | 4) || code == RefusalCode::SubscriptionInvalid, "{refused:?}");
            Some(code)
        }
    }
}

#[test]
fn frames_of_single_orders_are_verified_the_short_way() {
    for (what, frame) in valid_frames() {
        let kind = flatbuffers::root::<wire::ClientFrame<'_>>(&frame).expect("a valid frame").body_type();
        let is_single =
            matches!(kind, ClientBody::NewOrderSingle | ClientBody::OrderCancelRequest | ClientBody::OrderCancelReplaceRequest);
        assert_eq!(is_regular(&frame), is_single, "{what}");
    }
}

#[test]
fn every_truncation_is_refused() {
    for (what, frame) in valid_frames() {
        assert_eq!(survive(&frame), None, "{what}");
        for length in 0..frame.len() {
            // The builder ends a frame with what it wrote first; a cut there may leave bytes that nothing refers to.
            let outcome = survive(&frame[..length]);
            if length < 12 {
                assert_eq!(outcome, Some(RefusalCode::FrameInvalid), "{what} cut to {length}");
            }
        }
    }
}

#[test]
fn every_single_byte_and_bit_may_be_wrong() {
    let mut refused_count = 0_u64;
    let mut understood_count = 0_u64;
    for (_, frame) in valid_frames() {
        let mut mutant = frame.clone();
        for position in 0..frame.len() {
            // All 255 other values of the byte, the eight one-bit errors among them.
            for flip in 1..=255 {
                mutant[position] = frame[position] ^ flip;
                match survive(&mutant) {
                    Some(_) => refused_count += 1,
                    None => understood_count += 1,
                }
            }
            mutant[position] = frame[position];
        }
    }
    println!("{refused_count} refused, {understood_count} understood");
    assert!(refused_count > 0 && understood_count > 0, "a mutation is neither always fatal nor always harmless");
}

#[test]
fn random_bytes_are_refused() {
    let mut chance = Chance::seeded("random_bytes_are_refused");
    let mut byte_count = 0;
    let mut bytes = Vec::new();
    while byte_count < RANDOM_BYTE_COUNT {
        let length = if chance.below(8) == 0 { chance.below(SUBSCRIPTION_FRAME_BYTES_MAX + 2) } else { chance.below(300) };
        bytes.clear();
        // Small values make offsets that point inside.
        let small = chance.below(2) == 0;
        bytes.extend((0..length).map(|_| if small && chance.below(4) != 0 { chance.byte() % 24 } else { chance.byte() }));
        survive(&bytes);
        byte_count += length;
    }
}

#[test]
fn mutated_frames_are_survived() {
    let mut chance = Chance::seeded("mutated_frames_are_survived");
    let corpus = valid_frames();
    let mut mutant = Vec::new();
    for _ in 0..MUTATION_COUNT {
        mutant.clear();
        mutant.extend_from_slice(&corpus[chance.below(corpus.len())].1);
        for _ in 0..=chance.below(4) {
            mutate(&mut mutant, &corpus[0].1, &mut chance);
        }
        survive(&mutant);
    }
}

fn mutate(bytes: &mut Vec<u8>, other: &[u8], chance: &mut Chance) {
    const INTERESTING: [u32; 14] =
        [0, 1, 2, 4, 8, 0x7F, 0xFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFC, 0xFFFF_FFFE, 0xFFFF_FFFF, 0x4000_0000];
    if bytes.is_empty() {
        bytes.push(chance.byte());
    }
    let at = chance.below(bytes.len());
    match chance.below(7) {
        0 => bytes[at] = chance.byte(),
        1 => bytes[at] ^= 1 << chance.below(8),
        2 => bytes.truncate(at),
        3 => {
            let aligned = at & !3;
            let word = INTERESTING[chance.below(INTERESTING.len())].to_le_bytes();
            for (target, source) in bytes[aligned..].iter_mut().zip(word) {
                *target = source;
            }
        }
        4 => {
            let aligned = at & !1;
            let half = u16::try_from(chance.below(80)).expect("small").to_le_bytes();
            for (target, source) in bytes[aligned..].iter_mut().zip(half) {
                *target = source;
            }
        }
        5 => {
            let from = chance.below(other.len());
            bytes.truncate(at);
            bytes.extend_from_slice(&other[from..]);
        }
        _ => {
            let length = chance.below(40);
            bytes.splice(at..at, (0..length).map(|_| 0));
        }
    }
}

/// A frame laid out by hand, so that each offset can be made to lie: words are little endian u32.
///
/// ```text
///  0 root offset -> 12        4 frame vtable: length 8, object 12, kind at 8, body at 4
/// 12 frame: vtable at 12-8    16 body offset -> 32        20 kind
/// 24 body vtable: length 6, object 8, first field at 4 (padded to 32)
/// 32 body: vtable at 32-8     36 first field (u32 or offset)     40 ...
/// ```
fn by_hand(kind: u8, first_field: u32, tail: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend_from_slice(&12_u32.to_le_bytes());
    for half in [8_u16, 12, 8, 4] {
        bytes.extend_from_slice(&half.to_le_bytes());
    }
    for word in [8_u32, 16, u32::from(kind)] {
        bytes.extend_from_slice(&word.to_le_bytes());
    }
    for half in [6_u16, 8, 4, 0] {
        bytes.extend_from_slice(&half.to_le_bytes());
    }
    for word in [8_u32, first_field] {
        bytes.extend_from_slice(&word.to_le_bytes());
    }
    bytes.extend_from_slice(tail);
    bytes
}

fn with_word(mut bytes: Vec<u8>, at: usize, word: u32) -> Vec<u8> {
    bytes[at..at + 4].copy_from_slice(&word.to_le_bytes());
    bytes
}

fn with_half(mut bytes: Vec<u8>, at: usize, half: u16) -> Vec<u8> {
    bytes[at..at + 2].copy_from_slice(&half.to_le_bytes());
    bytes
}

#[test]
fn lying_offsets_are_invalid() {
    let subscribe = ClientBody::Subscribe.0;
    let honest = by_hand(subscribe, 4, &[1, 0, 0, 0, 9, 0, 0, 0]);
    // The hand-made frame is sound: what it lacks is a channel.
    assert_eq!(survive(&honest), Some(RefusalCode::SubscriptionInvalid));
    for (what, frame) in [
        ("empty", Vec::new()),
        ("root beyond the end", with_word(honest.clone(), 0, 4096)),
        ("root at its own offset", with_word(honest.clone(), 0, u32::MAX)),
        ("root off alignment", with_word(honest.clone(), 0, 13)),
        ("vtable before the start", with_word(honest.clone(), 12, 16)),
        ("vtable far behind", with_word(honest.clone(), 12, 0x8000_0000)),
        ("vtable far ahead", with_word(honest.clone(), 12, 0x8000_0001)),
        ("vtable longer than the frame", with_half(honest.clone(), 4, 0xFFFE)),
        ("vtable of odd length", with_half(honest.clone(), 4, 7)),
        ("vtable of no length", with_half(honest.clone(), 4, 0)),
        ("kind beyond the end", with_half(honest.clone(), 8, 0xFFF0)),
        ("no kind", with_half(honest.clone(), 8, 0)),
        ("no body", with_half(honest.clone(), 10, 0)),
        ("body beyond the end", with_word(honest.clone(), 16, 0x7FFF_FFF0)),
        ("body off alignment", with_word(honest.clone(), 16, 18)),
        ("list longer than the frame", with_word(honest.clone(), 40, 0x3FFF_FFFF)),
        ("list as long as memory", with_word(honest.clone(), 40, 0xFFFF_FFFF)),
        ("list one too long", with_word(honest.clone(), 40, 2)),
        ("list beyond the end", with_word(honest.clone(), 36, 0xFFFF_FFF0)),
        ("text that is not UTF-8", by_hand(ClientBody::Logon.0, 4, &[2, 0, 0, 0, 0xC3, 0x28, 0, 0])),
        ("text without its end", by_hand(ClientBody::Logon.0, 4, &[4, 0, 0, 0, b'a', b'b', b'c', b'd'])),
        ("text longer than the frame", by_hand(ClientBody::Logon.0, 4, &[0xFF, 0xFF, 0xFF, 0xFF, b'a', 0, 0, 0])),
    ] {
        assert_eq!(survive(&frame), Some(RefusalCode::FrameInvalid), "{what}");
    }
    // A body whose vtable is the frame's own, and one that is the frame: sound, if odd.
    survive(&with_word(honest.clone(), 32, 28));
    survive(&with_word(honest, 16, 0xFFFF_FFFC));
}

#[test]
fn the_longest_honest_list_is_taken() {
    let frame = raw(ClientBody::Subscribe, |builder| {
        let ids: Vec<u32> = (1..=1024).collect();
        let args = wire::SubscribeArgs {
            instruments: Some(builder.create_vector(&ids)),
            channels: wire::Channel::all().bits(),
            bar_interval_s: 60,
        };
        wire::Subscribe::create(builder, &args).as_union_value()
    });
    assert!(frame.len() <= SUBSCRIPTION_FRAME_BYTES_MAX);
    assert_eq!(survive(&frame), None);
}
