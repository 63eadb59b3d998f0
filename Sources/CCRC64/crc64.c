// A CRC is a remainder. Read a message as a polynomial over GF(2), its first
// bit as the highest coefficient; the checksum of M is M·x^64 mod P, where
// addition and subtraction are both XOR. With n bytes of B after A:
//
//   crc(A ‖ B) = crc(A)·x^(8n) + crc(B)
//              = (crc(A)·x^(8n - 64) + B)·x^64       (mod P)
//
// The first line is `lossmap_crc64_combine`. The second says that a running
// checksum acts like eight bytes XORed into the start of what follows, which
// is how both implementations below take it in.
//
// Bits are reflected throughout: the lowest bit of a word is the highest
// coefficient, and multiplying by x is a shift to the right. Eight bytes of a
// message are therefore a little-endian word.

#include "crc64.h"

#include <string.h>

/// P without its leading term x^64: 0xAD93D23594C935A9, reflected.
static const uint64_t polynomial = 0x95AC9329AC4BC9B5;

/// The monomial x^n, for n up to 63.
#define X_TO_THE(n) (UINT64_C(1) << (63 - (n)))

// MARK: - Arithmetic modulo P

static inline uint64_t times_x(uint64_t a) {
  return (a >> 1) ^ (a & 1 ? polynomial : 0);
}

static uint64_t multiply(uint64_t a, uint64_t b) {
  uint64_t product = 0;
  for (uint64_t term = X_TO_THE(0); term != 0; term >>= 1) {
    product ^= a & term ? b : 0;
    b = times_x(b);
  }
  return product;
}

/// Returns `base` to the power of `exponent`, by repeated squaring.
static uint64_t power(uint64_t base, uint64_t exponent) {
  uint64_t result = X_TO_THE(0);
  for (; exponent != 0; exponent >>= 1) {
    if (exponent & 1) result = multiply(result, base);
    base = multiply(base, base);
  }
  return result;
}

uint64_t lossmap_crc64_combine(uint64_t a, uint64_t b, uint64_t count_of_b) {
  // Counting in bytes, since a count of bits could overflow.
  return multiply(a, power(X_TO_THE(8), count_of_b)) ^ b;
}

// MARK: - Slicing by 16

/// `contribution[n][byte]` is the checksum of `byte` and then n zero bytes.
///
/// A checksum is the sum of what each byte contributes at its distance from
/// the end, so sixteen lookups can run side by side. In the loop that takes
/// one byte at a time, each lookup waits for the one before it.
static uint64_t contribution[16][256];

// Filled before `main`, and so read without synchronization. 101 is the first
// priority open to programs: a constructor that calls us will run later.
__attribute__((constructor(101)))
static void tabulate_contributions(void) {
  for (unsigned byte = 0; byte < 256; byte++) {
    uint64_t crc = byte;
    for (int bit = 0; bit < 8; bit++) crc = times_x(crc);
    contribution[0][byte] = crc;
  }
  for (int n = 1; n < 16; n++) {
    for (unsigned byte = 0; byte < 256; byte++) {
      uint64_t crc = contribution[n - 1][byte];
      contribution[n][byte] = contribution[0][crc & 0xFF] ^ (crc >> 8);
    }
  }
}

static inline uint64_t load_little_endian(const uint8_t *bytes) {
  uint64_t word;
  memcpy(&word, bytes, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

/// Returns the checksum of the eight bytes of `word` and then n zero bytes.
static inline uint64_t contributions(uint64_t word, int n) {
  uint64_t sum = 0;
  for (int i = 0; i < 8; i++) {
    sum ^= contribution[n + 7 - i][(word >> (8 * i)) & 0xFF];
  }
  return sum;
}

uint64_t lossmap_crc64_portable(uint64_t crc, const void *bytes, size_t count) {
  const uint8_t *next = bytes;
  for (; count >= 16; next += 16, count -= 16) {
    crc = contributions(crc ^ load_little_endian(next), 8)
        ^ contributions(load_little_endian(next + 8), 0);
  }
  if (count >= 8) {
    crc = contributions(crc ^ load_little_endian(next), 0);
    next += 8;
    count -= 8;
  }
  for (; count > 0; next++, count--) {
    crc = contribution[0][(crc ^ *next) & 0xFF] ^ (crc >> 8);
  }
  return crc;
}

// MARK: - Folding by carry-less multiplication

#if defined(__x86_64__)
#include <smmintrin.h>
#include <wmmintrin.h>

// Any part of a message may be replaced by something congruent to it modulo P.
// So a lane of 16 bytes, L·x^64 + H with L its first eight, can be dropped by
// adding to the lane d bits further on what it is worth there:
//
//   (L·x^64 + H)·x^d = L·x^(d + 64) + H·x^d
//
// With the powers of x reduced modulo P beforehand, both products fit a lane.
// A product of two words has 127 bits and leaves the top bit of the register
// empty, which reflected is the coefficient of x^0: the instruction yields
// a·b·x. Powers one lower make up for that:
//
//   L·x^(d + 64) = clmul(L, x^(d + 63) mod P)
//   H·x^d        = clmul(H, x^(d - 1) mod P)         (mod P)

#define FOLDING_INSTRUCTIONS "pclmul,sse4.1"

/// Folding several lanes side by side keeps the multiplier busy while results
/// are on their way. Eight lanes were no faster than four (256 MiB, Zen 3).
enum { lane_count = 4, lane_size = 16, block_size = lane_count * lane_size };

static bool is_accelerated;
static __m128i across_block;
static __m128i across_lane;

/// Returns the two multipliers that move a lane ahead by `size` bytes.
static __m128i multipliers(uint64_t size) {
  const uint64_t d = 8 * size;
  const uint64_t for_low = power(X_TO_THE(1), d + 63);
  const uint64_t for_high = power(X_TO_THE(1), d - 1);
  return _mm_set_epi64x((long long)for_high, (long long)for_low);
}

__attribute__((constructor(101)))
static void prepare_folding(void) {
  __builtin_cpu_init();
  is_accelerated = __builtin_cpu_supports("pclmul")
                && __builtin_cpu_supports("sse4.1");
  across_block = multipliers(block_size);
  across_lane = multipliers(lane_size);
}

static inline __m128i load_lane(const uint8_t *bytes) {
  return _mm_loadu_si128((const __m128i *)bytes);
}

/// Returns `onto` with `lane` added, moved ahead by the distance of `across`.
__attribute__((target(FOLDING_INSTRUCTIONS)))
static inline __m128i fold(__m128i lane, __m128i across, __m128i onto) {
  const __m128i low = _mm_clmulepi64_si128(lane, across, 0x00);
  const __m128i high = _mm_clmulepi64_si128(lane, across, 0x11);
  return _mm_xor_si128(onto, _mm_xor_si128(low, high));
}

/// Returns what `lossmap_crc64_portable` does, for at least a block of bytes.
__attribute__((target(FOLDING_INSTRUCTIONS)))
static uint64_t crc64_by_folding(uint64_t crc, const uint8_t *next,
                                 size_t count) {
  __m128i lanes[lane_count];
  for (int i = 0; i < lane_count; i++) {
    lanes[i] = load_lane(next + lane_size * i);
  }
  lanes[0] = _mm_xor_si128(lanes[0], _mm_cvtsi64_si128((long long)crc));
  next += block_size;
  count -= block_size;

  const __m128i block = across_block;
  for (; count >= block_size; next += block_size, count -= block_size) {
    for (int i = 0; i < lane_count; i++) {
      lanes[i] = fold(lanes[i], block, load_lane(next + lane_size * i));
    }
  }

  const __m128i lane = across_lane;
  __m128i last = lanes[0];
  for (int i = 1; i < lane_count; i++) last = fold(last, lane, lanes[i]);
  for (; count >= lane_size; next += lane_size, count -= lane_size) {
    last = fold(last, lane, load_lane(next));
  }

  crc = contributions((uint64_t)_mm_cvtsi128_si64(last), 8)
      ^ contributions((uint64_t)_mm_extract_epi64(last, 1), 0);
  return lossmap_crc64_portable(crc, next, count);
}

uint64_t lossmap_crc64(uint64_t crc, const void *bytes, size_t count) {
  return count >= block_size && is_accelerated
      ? crc64_by_folding(crc, bytes, count)
      : lossmap_crc64_portable(crc, bytes, count);
}

bool lossmap_crc64_is_accelerated(void) { return is_accelerated; }

#else

uint64_t lossmap_crc64(uint64_t crc, const void *bytes, size_t count) {
  return lossmap_crc64_portable(crc, bytes, count);
}

bool lossmap_crc64_is_accelerated(void) { return false; }

#endif
