//! FNV-1a: notices accidents to what was saved. It is no protection against forgery.

/// The check sum of some bytes. Bytes that differ in one place never have the same one.
pub fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
