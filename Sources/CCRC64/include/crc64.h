// CRC-64 "Jones", the checksum at the end of RDB files and DUMP payloads.
//
// Polynomial 0xAD93D23594C935A9, reflected input and output, initial value 0,
// no final XOR. The checksum of "123456789" is 0xE9C6D914C4B8D9CA.
//
// Every function is pure and may be called from any thread at any time.

#ifndef LOSSMAP_CRC64_H
#define LOSSMAP_CRC64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Returns the checksum of everything `crc` covers followed by `bytes`.
///
/// Uses carry-less multiplication where the processor has it; the result is
/// the same either way.
///
/// @param crc    The checksum so far; 0 at the start.
/// @param bytes  The next bytes, at any alignment. May be null if `count` is 0.
/// @param count  The number of bytes to read from `bytes`.
uint64_t lossmap_crc64(uint64_t crc, const void *bytes, size_t count);

/// Returns what `lossmap_crc64` does, from lookup tables alone.
///
/// For processors without carry-less multiplication, and for tests, which hold
/// the two implementations against each other.
uint64_t lossmap_crc64_portable(uint64_t crc, const void *bytes, size_t count);

/// Returns the checksum of A followed by B, from the checksums of each.
///
/// Takes time logarithmic in `count_of_b`, so that parts of a file may be read
/// in parallel.
///
/// @param a           The checksum of A.
/// @param b           The checksum of B, started from 0.
/// @param count_of_b  The number of bytes in B.
uint64_t lossmap_crc64_combine(uint64_t a, uint64_t b, uint64_t count_of_b);

/// Returns whether `lossmap_crc64` uses carry-less multiplication here.
bool lossmap_crc64_is_accelerated(void);

#endif
