#!/usr/bin/env python3
"""Makes Fixtures/rdb: one small RDB file for each type and encoding, with the truth that the live server stated.

    python3 Fixtures/make-rdb.py [CASE...]

Without arguments, all cases. See README.md.
"""

import random
import sys

from fixture_server import HERE, Workspace, write_truth

TARGET = HERE / "rdb"
NOW = 1767225600000  # 2026-01-01T00:00:00Z: the clock of the server that writes
SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000
YEAR_2100 = 4102444800000

ALL_BYTES = bytes(range(256))

# Both ends of every size of integer that an RDB string, a listpack or an intset knows.
LISTPACK_INTEGERS = [
    0, 1, 127, 128, -1, -4096, 4095, -4097, 4096, -32768, 32767, -32769, 32768,
    -(2**23), 2**23 - 1, -(2**23) - 1, 2**23, -(2**31), 2**31 - 1, -(2**31) - 1, 2**31, -(2**63), 2**63 - 1,
]  # fmt: skip

CASES = {}


def case(reload=None, **options):
    """Registers a case: `options` for the server that writes, `reload` for the one that measures memory."""
    def register(fill):
        CASES[fill.__name__] = (fill, options, reload or {})
        return fill
    return register


def noise(length, seed):
    """Bytes that LZF cannot shorten."""
    return random.Random(seed).randbytes(length)


# Strings


@case()
def string_int(server):
    """Integers of 8, 16 and 32 bits, in values and in key names; a larger one is written as text."""
    for number in [0, 1, -1, 127, 128, -128, -129, 32767, 32768, -32768, -32769, 2**31 - 1, -(2**31)]:
        server("SET", f"int:{number}", number)
    for number in [2**31, -(2**31) - 1, 2**63 - 1, -(2**63)]:
        server("SET", f"int64:{number}", number)
    for name in ["7", "-129", "70000", "2147483648"]:
        server("SET", name, "the key's name is an integer")
    server("SET", "raw", "12")
    server("APPEND", "raw", "3")  # in memory a raw string, in the file an integer


@case()
def string_plain(server):
    """Empty, short and binary strings, what only looks like an integer, and the borders of the 6-bit length."""
    server("SET", "", "the empty key")
    server("SET", "empty", "")
    server("SET", "short", "a")
    server("SET", "bytes", ALL_BYTES)
    too_large = ["9223372036854775808", "-9223372036854775809"]
    for look_alike in ["01", "-0", "+1", " 1", "1 ", "00", "-", "1e3", "0x10", *too_large]:
        server("SET", f"text:{look_alike}", look_alike)
    for length in [20, 21, 44, 45, 63, 64]:
        server("SET", f"noise:{length}", noise(length, length))
    server("SET", "utf8", "ключ 键 🔑")


@case()
def string_lzf(server):
    """Compressed strings: 64 times `a`, JSON, and originals on both sides of the 14-bit length."""
    server("SET", "a:64", "a" * 64)
    server("SET", "a:21", "a" * 21)
    row = '{"symbol": "BTC/USDT", "side": "buy", "size": %d.5, "price": null, "filled": false}'
    server("SET", "json", "[" + ", ".join(row % size for size in range(24)) + "]")
    for length in [16383, 16384, 20000]:
        server("SET", f"long:{length}", ("lossmap " * 2500)[:length])
    server("SET", "back-reference:far", noise(64, 1) + bytes(8100) + noise(64, 1))
    server("SET", "key:" + "k" * 100, "the key's name is compressed")


# Lists


@case()
def list_quicklist(server):
    """Packed nodes: integers of every listpack class; strings with 6-bit, 12-bit and 32-bit lengths; several nodes."""
    server("RPUSH", "integers", *LISTPACK_INTEGERS)
    server("RPUSH", "strings", "", "a", "x" * 63, "y" * 64, "z" * 4095, "w" * 4096, ALL_BYTES)
    server("RPUSH", "not-integers", "01", "-0", "9223372036854775808", "1.0", " 1")
    server("CONFIG", "SET", "list-max-listpack-size", 3)
    server("RPUSH", "nodes", *[f"element {number}" for number in range(10)])
    server("RPUSH", "pushed-both-ends", *range(5))
    server("LPUSH", "pushed-both-ends", *range(-1, -6, -1))


@case()
def list_plain(server):
    """Elements too large for a packed node (the limit lowered to 200 bytes), between packed nodes."""
    server("DEBUG", "QUICKLIST-PACKED-THRESHOLD", "200b")
    server("RPUSH", "one-plain", "L" * 300)
    server("RPUSH", "mixed", "a", "b", noise(250, 2), "c", "d", "M" * 400, ALL_BYTES, "e", 17)
    server("RPUSH", "plain-integer-like", "1" * 200)


@case(list_compress_depth=1, rdbcompression="no", list_max_listpack_size=4)
def list_compressed(server):
    """Nodes that were compressed in memory (list-compress-depth 1) stay so in a file with rdbcompression no."""
    server("RPUSH", "compressed", *[f"element number {number:04}, and again: element" for number in range(20)])
    server("DEBUG", "QUICKLIST-PACKED-THRESHOLD", "200b")
    server("RPUSH", "compressed-plain", "first", "P" * 500, "Q" * 500, "last")


# Sets


@case()
def set_intset(server):
    """Integer sets of 16, 32 and 64 bits."""
    server("SADD", "16", -32768, -1, 0, 1, 2, 32767)
    server("SADD", "32", -(2**31), -32769, 0, 5, 32768, 2**31 - 1)
    server("SADD", "64", -(2**63), -(2**31) - 1, 0, 2**31, 2**63 - 1)
    server("SADD", "one", 42)
    server("SADD", "upgraded", 1, 2, 3, 2**40)
    server("SREM", "upgraded", 2**40)  # small members, but 64 bits wide for ever
    server("SADD", "compressed", *range(1000, 1100))


@case()
def set_hashtable(server):
    """Sets of strings, of strings and integers, and of more integers than an intset takes."""
    server("SADD", "one", "a")
    server("SADD", "strings", "", "a", "b", "x" * 70, ALL_BYTES)
    server("SADD", "mixed", 1, -5, 70000, "01", "-0", "one", 2**63 - 1)
    server("SADD", "many-integers", *range(600))


# Hashes


@case()
def hash_listpack(server):
    """Small hashes: integers of every class, empty and binary fields and values, 64 bytes at most."""
    server("HSET", "one", "field", "value")
    server("HSET", "empty", "", "", "a", "", "", "now with a value")
    server("HSET", "integers", *[part for number in LISTPACK_INTEGERS for part in (f"n{number}", number)])
    server("HSET", "integer-fields", 1, "one", 128, "a byte more", -70000, "three bytes", "01", "text")
    server("HSET", "bytes", ALL_BYTES[:64], ALL_BYTES[64:128], ALL_BYTES[128:192], ALL_BYTES[192:])
    server("HSET", "compressed", *[part for n in range(60) for part in (f"field:{n:03}", f"value of field {n:03}")])


@case()
def hash_hashtable(server):
    """Hashes with a value over 64 bytes, and with more than 512 fields."""
    server("HSET", "long-value", "a", "x" * 65, "b", "2", "", noise(70, 3))
    server("HSET", "long-field", "f" * 65, "value", "1", 1)
    server("HSET", "many", *[part for n in range(513) for part in (n, n % 7)])


# Sorted sets

SCORES = [
    ("-inf", "-inf"), ("minus-million", "-1e6"), ("minus-tenth", "-0.1"), ("minus-zero", "-0"), ("zero", "0"),
    ("denormal", "5e-324"), ("tiny", "1e-300"), ("tenth", "0.1"), ("third", "0.3333333333333333"), ("one", "1"),
    ("one-and-a-half", "1.5"), ("byte", "127"), ("2^31", "2147483648"), ("2^53", "9007199254740992"),
    ("2^53+2", "9007199254740994"), ("2^63", "9223372036854775808"), ("exponent", "1e17"), ("large", "1e300"),
    ("largest", "1.7976931348623157e308"), ("inf", "inf"),
]  # fmt: skip


@case()
def zset_listpack(server):
    """Small sorted sets: infinities, 0.1, integers, exponents, ties, integer and binary members; minus zero is 0."""
    for member, score in SCORES:
        server("ZADD", "scores", score, member)
    server("ZADD", "ties", 1, "b", 1, "a", 1, "", 1, "c")
    server("ZADD", "members", 1, "1", 2, "-5", 3, ALL_BYTES[128:192], 4, "01", 5, 2**63 - 1)
    server("GEOADD", "geo", "13.361389", "38.115556", "Palermo", "15.087269", "37.502669", "Catania")


@case()
def zset_skiplist(server):
    """The same scores as eight-byte doubles, with minus zero: a member over 64 bytes; more than 128 members."""
    server("ZADD", "scores", "2.5", "m" * 65)  # first: a listpack would have stored minus zero as 0
    for member, score in SCORES:
        server("ZADD", "scores", score, member)
    server("ZADD", "many", *[part for n in range(129) for part in (n / 8, f"m{n}")])


# Streams


@case()
def stream_entries(server):
    """Streams: equal and unequal fields, deleted entries, several nodes, emptied, ids at the limits."""
    for n in range(5):
        server("XADD", "same-fields", f"{1000 + n}-{n}", "price", 100 + n, "side", "buy")
    server("XADD", "other-fields", "1-1", "a", "1")
    server("XADD", "other-fields", "1-2", "b", "2", "c", "3")
    server("XADD", "other-fields", "5-0", "a", "4")
    server("XADD", "other-fields", "5-1", "", "", ALL_BYTES, ALL_BYTES)
    for number in LISTPACK_INTEGERS:
        server("XADD", "integers", "*", "n", number)
    for n in range(1, 7):
        server("XADD", "deleted", f"{n}-0", "n", n)
    server("XDEL", "deleted", "1-0", "3-0", "6-0")
    server("XADD", "emptied", "7-7", "a", "b")
    server("XDEL", "emptied", "7-7")
    server("XADD", "trimmed", "MAXLEN", 0, "9-9", "a", "b")
    server("XGROUP", "CREATE", "never-filled", "group", "$", "MKSTREAM")
    server("XADD", "set-id", "1-0", "a", "b")
    server("XSETID", "set-id", "500-5", "ENTRIESADDED", 90, "MAXDELETEDID", "400-0")
    server("XADD", "limits", "0-1", "first", "possible")
    server("XADD", "limits", "18446744073709551615-18446744073709551615", "last", "possible")
    server("XADD", "backward", "18446744073709551615-5", "a", "b")
    server("CONFIG", "SET", "stream-node-max-entries", 3)
    for n in range(1, 11):
        server("XADD", "several-nodes", f"{n * 1000}-0", "n", n, "square", n * n)
    server("XDEL", "several-nodes", "4000-0", "5000-0", "6000-0", "8000-0")


@case()
def stream_groups(server):
    """Groups, consumers with and without pending entries, a delivery of a deleted entry, XGROUP SETID, XCLAIM."""
    for n in range(1, 9):
        server("XADD", "orders", f"{n}-0", "order", n)
    server("XGROUP", "CREATE", "orders", "workers", 0)
    server("XREADGROUP", "GROUP", "workers", "alice", "COUNT", 3, "STREAMS", "orders", ">")
    server.now += 90 * SECOND
    server("XREADGROUP", "GROUP", "workers", "bob", "COUNT", 2, "STREAMS", "orders", ">")
    server("XGROUP", "CREATECONSUMER", "orders", "workers", "idle")
    server("XACK", "orders", "workers", "2-0")
    server("XDEL", "orders", "3-0")  # stays pending, though the entry is gone
    server("XCLAIM", "orders", "workers", "carol", 0, "4-0", "TIME", NOW - DAY, "RETRYCOUNT", 9, "JUSTID")
    server("XGROUP", "CREATE", "orders", "set-back", "$")
    server("XGROUP", "SETID", "orders", "set-back", "2-0", "ENTRIESREAD", 2)
    server("XGROUP", "CREATE", "orders", "unknown-read", "5-0")
    server("XGROUP", "CREATE", "orders", "ahead", "99-0", "ENTRIESREAD", 8)
    server("XGROUP", "CREATE", "orders", ALL_BYTES, "0-1")
    server("XGROUP", "CREATECONSUMER", "orders", ALL_BYTES, "\x1b[31m")
    server("XGROUP", "CREATE", "empty", "group", 0, "MKSTREAM")


# What surrounds the values


@case()
def expiries(server):
    """Expiries far ahead and at the ends of the field, on every type, and keys without one, in two databases."""
    server("SET", "none", "no expiry")
    server("SET", "2100", "v", "PXAT", YEAR_2100)
    server("SET", "2100+997ms", "v", "PXAT", YEAR_2100 + 997)
    server("SET", "last-moment", "v", "PXAT", 2**63 - 1)
    server("SET", "2^41", "v", "PXAT", 2**41)
    server("RPUSH", "list", "a")
    server("SADD", "set", "a")
    server("SADD", "intset", 1)
    server("HSET", "hash", "a", "b")
    server("ZADD", "zset", 1, "a")
    server("XADD", "stream", "1-1", "a", "b")
    for position, key in enumerate(["list", "set", "intset", "hash", "zset", "stream"]):
        server("PEXPIREAT", key, YEAR_2100 + position)
    server("SET", "persisted", "v", "PXAT", YEAR_2100)
    server("PERSIST", "persisted")
    server("SELECT", 1)
    server("SET", "none", "another database")
    server("SET", "2100", "another database", "PXAT", YEAR_2100 + 1)
    server("SELECT", 7)
    server("SET", "only-expiring", "v", "PXAT", YEAR_2100 + 2)


@case()
def expired(server):
    """Keys that had not expired when the file was written, on 2026-01-01, and have since; two that never will."""
    server("SET", "kept", "v")
    server("SET", "kept-till-2100", "v", "PXAT", YEAR_2100)
    for delay in [1, 10 * SECOND, HOUR, DAY]:
        server("SET", f"gone-after:{delay}", "v", "PXAT", NOW + delay)
    server("HSET", "gone-hash", "a", "b")
    server("PEXPIREAT", "gone-hash", NOW + DAY)


@case()
def databases(server):
    """Databases 0, 3 and 15, with keys of the same name."""
    for database in [0, 3, 15]:
        server("SELECT", database)
        server("SET", "same-name", f"in database {database}")
        server("RPUSH", f"list-of-{database}", database, "x")
    server("SET", "with-expiry", "v", "PXAT", YEAR_2100)


@case()
def functions(server):
    """Two function libraries, one with flags and a description, and one key."""
    server("FUNCTION", "LOAD", "#!lua name=counter\nredis.register_function('next', function(keys, args)\n"
           "  return redis.call('INCRBY', keys[1], args[1] or 1)\nend)\n")  # fmt: skip
    server("FUNCTION", "LOAD", "#!lua name=reader\nredis.register_function{\n  function_name='peek',\n"
           "  callback=function(keys, args) return redis.call('GET', keys[1]) end,\n"
           "  flags={'no-writes'},\n  description='reads a key'\n}\n")  # fmt: skip
    server("SET", "key", "value")


def a_little_of_everything(server):
    server("SET", "integer", 12345)
    server("SET", "compressible", "abc" * 40)
    server("SET", "expiring", "v", "PXAT", YEAR_2100)
    server("RPUSH", "list", "a", "b" * 100, 3)
    server("SADD", "set", "a", "b")
    server("SADD", "intset", *range(40))
    server("HSET", "hash", *[part for n in range(20) for part in (f"field:{n}", "value")])
    server("ZADD", "zset", 1, "a", "2.5", "b")
    server("XADD", "stream", "1-1", "a", "b")


@case(rdbchecksum="no")
def nochecksum(server):
    """Written with rdbchecksum no: the eight bytes at the end are zero."""
    a_little_of_everything(server)


@case(rdbcompression="no")
def nocompression(server):
    """Written with rdbcompression no: long compressible strings in full, on both sides of the 14-bit length."""
    a_little_of_everything(server)
    for length in [16383, 16384]:
        server("SET", f"length:{length}", "a" * length)


@case(maxmemory_policy="allkeys-lru", reload={"maxmemory_policy": "allkeys-lru"})
def lru(server):
    """Idle times (maxmemory-policy allkeys-lru): 0 seconds to 60 days, with and without an expiry."""
    ages = [60 * DAY, 5 * HOUR, 16384 * SECOND, 16383 * SECOND, 64 * SECOND, 63 * SECOND, SECOND, 0]
    for age in ages:
        server.now = NOW - age
        server.let_cron_run()
        server("SET", f"idle:{age // SECOND}", "v")
        server("HSET", f"idle-hash:{age // SECOND}", "a", "b")
    server("SET", "with-expiry", "v", "PXAT", YEAR_2100)


@case(
    maxmemory_policy="allkeys-lfu",
    lfu_log_factor=0,  # every use counts
    lfu_decay_time=0,  # and none is forgotten
    reload={"maxmemory_policy": "allkeys-lfu", "lfu_log_factor": 0, "lfu_decay_time": 0},
)
def lfu(server):
    """Frequencies (maxmemory-policy allkeys-lfu): 0 to 255, with and without an expiry."""
    for uses in [0, 1, 10, 300]:
        key = f"used:{uses}"
        server("SET", key, "v")
        for _ in range(uses):
            server("GET", key)
    dump = server("DUMP", "used:300")  # a use too, but 255 is the end
    server("RESTORE", "never", 0, dump, "FREQ", 0)
    server("RESTORE", "with-expiry", YEAR_2100, dump, "ABSTTL", "FREQ", 200)


@case()
def empty(server):
    """No keys."""


@case()
def hostile_names(server):
    """Key names that a terminal, a log or a parser could take for something else."""
    names = [
        b"", b" ", b"\n", b"\r\n", b"two\nlines", b"tab\there", b"nul\0inside", b"\0", b"back\\slash", b"\\x41",
        b"double\"quote", b"single'quote", b"`backtick`$(id)", b"a,b;c", b"{\"json\": 1}", b"<script>alert(1)</script>",
        b"=1+1", b"-rf", b"--help", b"../../etc/passwd", b"%s%n%x", b"* ? [a-z]",
        b"\x1b[31mred\x1b[0m", b"\x1b[2J\x1b[H", b"\x1b]0;title\x07",
        b"\x1b]8;;http://example.org\x1b\\link\x1b]8;;\x1b\\",
        b"\x9b31m", b"\xc2\x9b31m", b"bell\x07", b"back\x08space", b"\x7f",
        "right-to-left \u202etxt.exe".encode(), "isolate \u2066x\u2069".encode(), "zero\u200bwidth".encode(),
        "\ufeffbom".encode(), "line\u2028separator".encode(), "e\u0301".encode(), "\u00e9".encode(),
        b"\xff\xfe", b"\xc3", b"\xc3\x28", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\xaf", "\U0001f511".encode(),
        ALL_BYTES, b"n" * 300, b"very long " * 600,
    ]  # fmt: skip
    for position, name in enumerate(names):
        server("SET", name, position)
    server("HSET", b"hash\x1b[31m", b"field\x1b[2J", b"value\n\x00\xff")
    server("SADD", "right-to-left \u202eset", "\u202emember", b"\xff")


def make(workspace, name):
    fill, options, reload_options = CASES[name]
    target = TARGET / f"{name}_v10.rdb"
    with workspace.server(NOW, **options) as server:
        fill(server)
        server.now = max(server.now, NOW)
        server.let_cron_run()
        server.save(target)
        truth = server.describe()
    # Once more from the file: is it all there, and what does it take in memory?
    with workspace.server(max(NOW, server.now), load=target, **reload_options) as loaded:
        again = loaded.describe()
    for entry, reloaded in zip(truth["keys"], again["keys"], strict=True):
        entry["memory"], entry["encoding_after_load"] = reloaded.pop("memory"), reloaded.pop("encoding")
        if entry["encoding_after_load"] == "skiplist":
            entry["memory"] = None  # depends on the heights of the towers, which each load draws anew
        mismatch = {field for field in reloaded if entry[field] != reloaded[field]}
        if mismatch:
            raise RuntimeError(f"{name}: {entry['key_b64']} loads with another {', '.join(sorted(mismatch))}")
    if any(truth[field] != again[field] for field in ("digest", "functions")):
        raise RuntimeError(f"{name}: the file does not load as the same data")
    write_truth(target.with_suffix(".json"), truth)
    print(f"{target.name}: {target.stat().st_size} bytes, {len(truth['keys'])} keys")


def main(names):
    TARGET.mkdir(exist_ok=True)
    with Workspace() as workspace:
        for name in names or CASES:
            make(workspace, name)


if __name__ == "__main__":
    main(sys.argv[1:])
