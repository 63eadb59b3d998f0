#!/usr/bin/env python3
"""Makes Fixtures/bitrun: a small BITRUN server at the moment of its backup and at that of an incident a day later,
and what a restore of the one would do to the other.

    python3 Fixtures/make-bitrun.py

One redis-server lives through the story below, with its wall clock really at each moment. The truth is computed here,
from what the server states at the two moments, and then held against a server that really loads the backup at the
moment of the restore. See README.md.
"""

import datetime
import heapq
import itertools
import json
import pickle
import random
import re
import uuid
from collections import Counter

from fixture_server import HERE, SERVER_VERSION, Workspace, text

TARGET = HERE / "bitrun"
SEED = 20260310

SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000


def unix_ms(iso):
    return int(datetime.datetime.fromisoformat(iso).timestamp() * 1000)


def iso(milliseconds):
    moment = datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.timezone.utc)
    return moment.isoformat()


START = unix_ms("2026-03-07T02:00:00+00:00")
A = unix_ms("2026-03-10T02:00:00+00:00")  # the backup
B = unix_ms("2026-03-11T00:59:30+00:00")  # the incident
T = unix_ms("2026-03-11T01:00:00+00:00")  # the restore
T_LATE = unix_ms("2026-03-11T08:00:00+00:00")  # the restore, had it come in the morning

# The catalogue's patterns, in order: the first that matches from the start of the key wins. `\Z` is the end of the key.
CATEGORIES = [
    ("jwt-blacklist", rb"jwt:blacklist:"),
    ("strategy-status", rb"strategy:status:"),
    ("user-session", rb"user:session:"),
    ("rate-limit", rb"rate_limit:"),
    ("login-failures", rb"login:failures:"),
    ("daily-equity-account", rb"equity:daily:[^:]+_[^:]+:\d{4}-\d\d-\d\d\Z"),
    ("daily-equity", rb"equity:daily:"),
    ("dashboard-cache", rb"dashboard:.+:stats\Z"),
    ("market-cache", rb"market:.+:(price|data)\Z"),
    ("account-balance", rb"account:balance:"),
    ("cache-prefetch-leader", rb"(cache:)?price_prefetch:leader\Z"),
    ("cache-price-shared", rb"(cache:)?price_cache:"),
    ("cache-dal", rb"(cache:)?dal:(kline|funding|indicator):"),
    ("cache-kline", rb"(cache:)?kline:"),
    ("cache-price", rb"(cache:)?price:"),
    ("cache-symbols", rb"(cache:)?symbols:"),
    ("cache-other", rb"cache:"),
    ("order-strategy-index", rb"orders:strategy:"),
    ("order-pending-index", rb"orders:pending:"),
    ("order-record", rb"order:"),
    ("exec-lock-agent", rb"exec_lock:agent:"),
    ("exec-lock-strategy", rb"exec_lock:strategy:"),
    ("exec-lock-quant-legacy", rb"exec_lock:quant_strategy:"),
    ("worker-owner", rb"worker_owner:"),
    ("worker-owner-quant-legacy", rb"quant_worker_owner:"),
    ("position-lock", rb"agent_pos_lock:"),
    ("capital-lock", rb"agent_capital_lock:"),
    ("arq-queue", rb"(bitrun:tasks|arq:queue)\Z"),
    ("arq-health", rb"(bitrun:tasks|arq:queue):health-check\Z"),
    ("arq-job", rb"arq:job:"),
    ("arq-in-progress", rb"arq:in-progress:"),
    ("arq-result", rb"arq:result:"),
    ("arq-retry", rb"arq:retry:"),
    ("arq-abort", rb"arq:abort\Z"),
]
UNKNOWN = "unknown"


def category(key):
    return next((name for name, pattern in CATEGORIES if re.match(pattern, key, re.DOTALL)), UNKNOWN)


class Story:
    """What happens to the server, as a list of moments. Times given to `at` are Unix milliseconds."""

    QUEUE = "bitrun:tasks"

    def __init__(self, server):
        self.server = server
        self.random = random.Random(SEED)
        self._moments = []
        self._order = itertools.count()  # of two things at the same moment, what was planned first comes first
        self.users = [self.uuid() for _ in range(25)]
        self.accounts = [(self.uuid(), self.users[n % 25]) for n in range(40)]
        self.agents = [self.uuid() for _ in range(15)]
        self.strategies = [self.uuid() for _ in range(12)]
        self.token_kinds = {}
        self.stopped_agents = set()

    # Time and commands

    @property
    def now(self):
        return self.server.now

    def at(self, moment, action, *arguments):
        heapq.heappush(self._moments, (moment, next(self._order), action, arguments))

    def set(self, moment, key, value, *options):
        self.at(moment, self.server, "SET", key, value if isinstance(value, str) else json.dumps(value), *options)

    def run_until(self, end):
        while self._moments and self._moments[0][0] <= end:
            moment, _, action, arguments = heapq.heappop(self._moments)
            self.server.now = moment
            action(*arguments)
        self.server.now = end

    # Made-up names and numbers, the same in each run

    def uuid(self):
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def hex(self, digits):
        return f"{self.random.getrandbits(digits * 4):0{digits}x}"

    def money(self, low, high):
        return round(self.random.uniform(low, high), 2)

    def between(self, low, high):
        return self.random.randrange(low, high)

    # Tokens

    def blacklist(self, kind, ttl):
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
        key = "jwt:blacklist:" + "".join(self.random.choice(alphabet) for _ in range(22))
        self.token_kinds[key] = kind
        self.server("SETEX", key, max(1, ttl), "1")

    def plan_tokens(self):
        for low, high, count in [(START, A, 34), (A, B, 22)]:
            for _ in range(count):  # the older the token, the less of its seven days remains
                self.at(self.between(low, high), self.blacklist, "refresh", 7 * 86400 - self.between(900, 4 * 86400))
        for low, high, count in [(A - 50 * MINUTE, A, 7), (A + HOUR, B - HOUR, 5), (B - 45 * MINUTE, B, 8)]:
            for _ in range(count):
                self.at(self.between(low, high), self.blacklist, "access", self.between(60, 3601))
        # At the border: expiry exactly at the restore (alive) and one millisecond before (dead), in both files.
        for moment, kind, ttl in [(T - 2 * DAY, "refresh", 2 * 86400), (T - HOUR, "access", 3600)]:
            self.at(moment, self.blacklist, kind, ttl)
            self.at(moment - 1, self.blacklist, kind, ttl)

    # Rate limits and failed logins

    def hit(self, kind, client):
        """check_rate_limit: the time to live is set only by a call that saw no counter."""
        key = f"rate_limit:{kind}:{client}"
        first = self.server("GET", key) is None
        self.server("INCR", key)
        if first:
            self.server("EXPIRE", key, 60)

    def count_without_expiry(self, key, times):
        """INCR as the counter expired between GET and INCR, or as the process died before EXPIRE."""
        for _ in range(times):
            self.server("INCR", key)

    def failed_login(self, mail):
        if self.server("INCR", f"login:failures:{mail}") == 1:
            self.server("EXPIRE", f"login:failures:{mail}", 900)

    def plan_limits(self):
        proxy, stuck = "rate_limit:auth:172.18.0.7", "login:failures:stuck-{}@example.org"
        self.at(A - 9 * HOUR, self.count_without_expiry, proxy, 5)
        self.at(A + 6 * HOUR, self.server, "DEL", proxy)
        self.at(A - 5 * HOUR, self.count_without_expiry, "rate_limit:api:198.51.100.23", 37)
        self.at(A + 7 * HOUR, self.count_without_expiry, "rate_limit:api:198.51.100.23", 27)
        self.at(A - 30 * HOUR, self.count_without_expiry, "rate_limit:account:2001:db8:77::5", 20)
        self.at(A + 10 * HOUR, self.count_without_expiry, "rate_limit:strategy:198.51.100.77", 10)
        self.at(A - 8 * HOUR, self.count_without_expiry, stuck.format("cleared"), 5)
        self.at(A + 8 * HOUR, self.server, "DEL", stuck.format("cleared"))
        self.at(A - 7 * HOUR, self.count_without_expiry, stuck.format("grows"), 2)
        self.at(A + 9 * HOUR, self.count_without_expiry, stuck.format("grows"), 3)
        self.at(A + 12 * HOUR, self.count_without_expiry, stuck.format("new"), 5)
        self.at(A - 20 * HOUR, self.count_without_expiry, stuck.format("same"), 5)
        clients = ["203.0.113.9", "203.0.113.41", "198.51.100.5", "2001:db8:1::17", "2001:db8:4a::3", "192.0.2.77"]
        for end in [A, B]:
            for n in range(22):
                kind = ["api", "api", "auth", "strategy", "account"][n % 5]
                self.at(end - self.between(0, 100 * SECOND), self.hit, kind, self.random.choice(clients))
            self.at(end - 3 * SECOND, self.hit, "auth", "unknown")
            for name, tries in [("ana", 3), ("chen", 1), ("olu", 4)]:
                mail = f"{name}{self.between(10, 99)}@mail.example.net"
                for _ in range(tries):
                    self.at(end - self.between(0, 10 * MINUTE), self.failed_login, mail)

    # Dashboard: equity baselines and caches

    def visit(self, user):
        today = iso(self.now)[:10]
        baseline = f"equity:daily:{user}:{today}"
        if self.server("GET", baseline) is None:
            value = {"equity": self.money(500, 50000), "accounts": {}, "timestamp": iso(self.now)}
            self.server("SET", baseline, json.dumps(value), "EX", 172800)
        accounts = [account for account, owner in self.accounts if owner == user]
        balances = [self.balance(account) for account in accounts]
        equity = round(sum(balance["equity"] for balance in balances), 2)
        stats = {
            "accounts": [{"id": balance["account_id"], "equity": balance["equity"]} for balance in balances],
            "total_equity": equity,
            "total_available": round(equity * 0.6, 2), "available_balance": round(equity * 0.6, 2),
            "unrealized_pnl": 0.0, "daily_pnl": self.money(-200, 200), "daily_pnl_percent": self.money(-2, 2),
            "weekly_pnl": 0.0, "weekly_pnl_percent": 0.0, "monthly_pnl": 0.0, "monthly_pnl_percent": 0.0,
            "active_strategies": 1, "total_strategies": 2, "open_positions": 0, "positions": [], "today_decisions": 4,
            "today_executed_decisions": 1, "accounts_connected": len(accounts), "accounts_total": len(accounts),
        }  # fmt: skip
        view = self.random.choice(["", "live:", "mock:"])
        self.server("SET", f"dashboard:{user}:{view}stats", json.dumps(stats), "EX", 10)

    def balance(self, account):
        equity = self.money(100, 9000)
        value = {
            "account_id": account, "equity": equity, "available_balance": round(equity * 0.6, 2),
            "total_margin_used": round(equity * 0.4, 2), "unrealized_pnl": 0, "positions": [],
        }  # fmt: skip
        self.server("SET", f"account:balance:{account}", json.dumps(value), "EX", 10)
        return value

    def forget_baselines(self, date, users):
        """Stands for eviction by allkeys-lru, or for an operator."""
        self.server("DEL", *[f"equity:daily:{user}:{date}" for user in users])

    def plan_visits(self):
        def day(date):
            return unix_ms(f"2026-03-{date:02}T00:00:00+00:00")

        for date in [7, 8, 9]:  # from two o'clock on the first of them
            for user in self.random.sample(self.users, 12):
                self.at(day(date) + self.between(2 * HOUR, 24 * HOUR), self.visit, user)
        for user in self.random.sample(self.users, 3):  # in the first hour of the 9th: gone before the restore
            self.at(day(9) + self.between(5 * MINUTE, 55 * MINUTE), self.visit, user)
        early, rest = self.users[:9], self.users[9:]
        for user in early:
            self.at(day(10) + self.between(10 * MINUTE, 115 * MINUTE), self.visit, user)
        self.at(day(10) + 12 * HOUR, self.forget_baselines, "2026-03-10", early[:5])
        for user in early[:3]:  # come back on the same day, and get a baseline of that moment
            self.at(day(10) + self.between(13 * HOUR, 20 * HOUR), self.visit, user)
        for user in rest[:11]:
            self.at(day(10) + self.between(3 * HOUR, 24 * HOUR), self.visit, user)
        for user in self.users[2:10]:
            self.at(day(11) + self.between(2 * MINUTE, 58 * MINUTE), self.visit, user)
        for user in self.users[5:7]:
            self.at(A - self.between(1, 9 * SECOND), self.visit, user)
        for user in self.users[7:9]:
            self.at(B - self.between(1, 9 * SECOND), self.visit, user)
        # Nobody writes the daily equity of single accounts; two keys of an operator's attempts.
        for moment, (account, owner) in zip([A - 90 * MINUTE, A + 5 * HOUR], self.accounts[:2], strict=True):
            value = {"equity": 1000.0, "accounts": {}, "timestamp": iso(moment)}
            self.set(moment, f"equity:daily:{owner}_{account}:2026-03-10", value, "EX", 172800)

    # Workers and locks

    def plan_workers(self):
        for end, owner, agents in [(A, "1:5f2c77d1", range(0, 12)), (B, "1:0be4a938", [*range(0, 8), 12, 13, 14])]:
            for n in agents:
                key = f"worker_owner:{self.agents[n]}"
                refreshed = end - self.between(0, 60 * SECOND)
                self.set(refreshed - MINUTE, key, owner, "NX", "EX", 120)
                self.at(refreshed, self.server, "EXPIRE", key, 120)
            for n in [2, 4, 5]:
                started = end - self.between(SECOND, 100 * SECOND)
                self.set(started, f"exec_lock:agent:{self.agents[n]}", "1", "NX", "EX", 300)
            self.set(end - 40 * SECOND, f"exec_lock:strategy:{self.strategies[3]}", "1", "NX", "EX", 300)
            for n in [8, 9]:
                strategy = self.strategies[n]
                self.set(end - 50 * SECOND, f"quant_worker_owner:{strategy}", owner, "NX", "EX", 120)
                self.set(end - 45 * SECOND, f"exec_lock:quant_strategy:{strategy}", "1", "NX", "EX", 300)
            for delay, symbol in [(12 * SECOND, "SOL"), (6 * SECOND, "BTC"), (2 * SECOND, "ETH")]:
                agent = self.random.choice(self.agents[:8])
                self.set(end - delay, f"agent_capital_lock:{agent}", self.hex(32), "NX", "PX", 15000)
                self.set(end - delay, f"agent_pos_lock:{agent}:{symbol}", self.hex(32), "NX", "PX", 10000)

    # Strategies, sessions, market data and caches, orders

    def plan_strategies(self):
        def status(moment, n, value, seconds=300):
            self.set(moment, f"strategy:status:{self.strategies[n]}", value, "EX", seconds)

        for end in [A, B]:
            for n in range(4):
                status(end - self.between(0, 250 * SECOND), n, self.random.choice(["active", "paused"]))
        for n in range(4, 10):  # a longer time to live, as one caller passes it
            status(A - 3 * HOUR, n, "active", 172800)
        status(A + 4 * HOUR, 5, "paused", 172800)
        status(A + 4 * HOUR, 6, "active", 172800)  # the same value, later expiry
        for n in [7, 8]:
            self.at(A + 5 * HOUR, self.server, "DEL", f"strategy:status:{self.strategies[n]}")
        status(A + 9 * HOUR, 10, "active", 172800)

    def plan_sessions(self):
        def session(moment, n, last_seen):
            value = {"user_id": self.users[n], "ip": f"203.0.113.{n}", "last_seen": iso(last_seen)}
            self.set(moment, f"user:session:{self.users[n]}", value, "EX", 86400)

        for n in range(5):  # within the last hour: still alive at the restore, 23 hours after the backup
            session(A - 50 * MINUTE + n * MINUTE, n, A - HOUR)
        session(A + 2 * HOUR, 1, A + 2 * HOUR)
        session(A + 2 * HOUR, 2, A - HOUR)  # renewed, nothing else
        self.at(A + 3 * HOUR, self.server, "DEL", f"user:session:{self.users[3]}")
        for n in range(8, 13):
            session(A - self.between(2 * HOUR, 20 * HOUR), n, A - 30 * HOUR)
        for n in range(11, 19):
            session(A + self.between(HOUR, 22 * HOUR), n, A + HOUR)

    def plan_market(self):
        def put(moment, key, value, seconds):
            self.set(moment, key, value, "EX", seconds)

        candle = {"timestamp": 1767225600000, "open": 71000.5, "high": 71200.0, "low": 70900.0, "close": 71100.25}
        candle["volume"] = 12.5
        funding = {"timestamp": 1767225600000, "rate": 0.0001, "rate_percent": 0.01}
        for end, btc in [(A, "72248.19"), (B, "71930.4")]:
            for symbol, price in [("BTC", btc), ("ETH", "3312.07")]:
                put(end - 4 * SECOND, f"market:binance:{symbol}:price", price, 10)
                put(end - 4 * SECOND, f"market:binance:{symbol}:data", {"symbol": symbol, "price": price}, 15)
                put(end - 5 * SECOND, f"cache:price_cache:hyperliquid:{symbol}", {"price": price}, 10)
            put(end - 20 * MINUTE, "cache:kline:binance:BTC/USDT:1h:20260101:20260301", [candle] * 3, 3600)
            put(end - 25 * MINUTE, "kline:binance:ETH/USDT:1h:20260101:20260301", [candle] * 2, 3600)
            put(end - 20 * SECOND, "cache:price:binance:BTC/USDT", {"price": btc}, 60)
            put(end - 30 * SECOND, "price:binance:ETH/USDT", {"price": "3312.07"}, 60)
            put(end - 50 * MINUTE, "cache:symbols:binance", ["BTC/USDT", "ETH/USDT"], 86400)
            put(end - 5 * MINUTE, "cache:dal:kline:hyperliquid:BTC:1h", [candle] * 4, 1800)
            put(end - 10 * MINUTE, "cache:dal:funding:hyperliquid:BTC", [funding], 3600)
            put(end - 8 * SECOND, "cache:price_prefetch:leader", f"prefetch:{self.between(10**14, 10**15)}", 30)
        self.set(A - 2 * DAY, "cache:feature:banner", "maintenance-2026")
        self.set(A - 2 * DAY, "cache:feature:notice", "old text")
        self.set(A + 6 * HOUR, "cache:feature:notice", "new text")
        put(A - HOUR, "symbols:okx", ["BTC-USDT"], 90000)
        self.at(A + HOUR, self.server, "DEL", "symbols:okx")

    def save_order(self, order, strategy, status, filled):
        value = {
            "order_id": order, "client_order_id": None, "symbol": "BTC/USDT", "side": "buy", "order_type": "limit",
            "status": status, "size": 0.5, "filled_size": filled, "remaining_size": 0.5 - filled,
            "price": 71000.0, "trigger_price": None, "avg_fill_price": 71000.0 if filled else None,
            "reduce_only": False, "post_only": False, "leverage": 3,
            "created_at": iso(self.now), "updated_at": iso(self.now), "filled_at": None, "cancelled_at": None,
            "fee": 0.0, "fee_currency": "USDT", "error_message": None, "retry_count": 0, "strategy_id": strategy,
        }  # fmt: skip
        self.server("SET", f"order:{order}", json.dumps(value), "EX", 86400)
        self.server("SADD", f"orders:strategy:{strategy}", order)

    def plan_orders(self):
        def order(moment, number, n, status="open", filled=0.0):
            self.at(moment, self.save_order, str(10**13 + number * 7919), self.strategies[n], status, filled)

        for number in range(6):  # a day before the restore and more: gone by then
            order(A - self.between(2 * HOUR, 20 * HOUR), number, number % 3)
        for number in range(6, 10):
            order(A - self.between(5 * MINUTE, 55 * MINUTE), number, number % 4)
        order(A + HOUR, 6, 2, "filled", 0.5)  # 6 % 4
        self.at(A + 2 * HOUR, self.server, "DEL", f"order:{10**13 + 7 * 7919}")
        for number in range(10, 16):
            order(A + self.between(2 * HOUR, 22 * HOUR), number, [1, 4, 5][number % 3])
        order(A - 30 * HOUR, 20, 11)
        self.at(A + 3 * HOUR, self.server, "DEL", f"orders:strategy:{self.strategies[11]}")

    # The arq queue

    def enqueue(self, job, function, argument, due):
        self.server("PSETEX", f"arq:job:{job}", due - self.now + DAY, self.pickled_job(function, argument, self.now))
        self.server("ZADD", self.QUEUE, due, job)

    @staticmethod
    def pickled_job(function, argument, enqueued):
        return pickle.dumps({"t": None, "f": function, "a": (argument,), "k": {}, "et": enqueued}, protocol=4)

    def start_job(self, job):
        self.server("SET", f"arq:in-progress:{job}", "1", "PX", 310000)
        self.server("INCR", f"arq:retry:{job}")
        self.server("EXPIRE", f"arq:retry:{job}", 88400)

    def end_job(self, job, function, argument, started, success=True):
        self.server("ZREM", self.QUEUE, job)
        self.server("ZREM", "arq:abort", job)
        self.server("DEL", f"arq:job:{job}", f"arq:in-progress:{job}", f"arq:retry:{job}")
        result = {
            "t": 1, "f": function, "a": (argument,), "k": {}, "et": started, "s": success,
            "r": {"status": "success"} if success else None, "st": started, "ft": self.now, "q": self.QUEUE, "id": job,
        }  # fmt: skip
        self.server("SET", f"arq:result:{job}", pickle.dumps(result, protocol=4), "PX", 3600000)

    def start_cycle(self, agent, duration):
        if agent in self.stopped_agents:
            return
        self.start_job(f"agent:{agent}")
        self.at(self.now + duration, self.end_cycle, agent, self.now)

    def end_cycle(self, agent, started):
        self.end_job(f"agent:{agent}", "execute_agent_cycle", agent, started)
        if agent not in self.stopped_agents:
            self.at(self.now + 1500, self.schedule, agent, started + 30 * MINUTE)

    def schedule(self, agent, due):
        """The next cycle. Those of agents 1, 4, 7 … take 90 seconds and longer."""
        if agent in self.stopped_agents:
            return
        self.enqueue(f"agent:{agent}", "execute_agent_cycle", agent, due)
        slow = self.agents.index(agent) % 3 == 1
        self.at(due, self.start_cycle, agent, self.between(90, 200) * SECOND if slow else self.between(4, 30) * SECOND)

    def stop(self, agent):
        self.stopped_agents.add(agent)
        self.server("ZADD", "arq:abort", self.now, f"agent:{agent}")
        self.server("ZREM", self.QUEUE, f"agent:{agent}")
        self.server("DEL", f"arq:job:agent:{agent}")

    def plan_queue(self):
        agents = self.agents
        for n in range(11):  # the chains of cycles, each half hour
            offset = 30 * MINUTE - 40 * SECOND if n in (1, 4) else n * 2 * MINUTE + 500  # 1 and 4 run at A and at B
            self.at(A - 3 * HOUR + offset - MINUTE, self.schedule, agents[n], A - 3 * HOUR + offset)
        for n in [8, 9, 10]:
            self.at(A + 5 * HOUR + n * SECOND, self.stop, agents[n])
        for n in [12, 13, 14]:
            due = B - 3 * HOUR + (n - 11) * 7 * MINUTE - (30 * SECOND if n == 13 else 0)
            self.at(A + 8 * HOUR + n * SECOND, self.schedule, agents[n], due)
        # Strategies that run once a day, the same at both moments; due between the two restores.
        for n, strategy in enumerate(self.strategies[:2]):
            job = (f"strategy:{strategy}", "execute_strategy_cycle", strategy)
            self.at(A - 2 * HOUR + n, self.enqueue, *job, T + 5 * HOUR + n * MINUTE)
        # A start that no worker took: its job key goes a day after it was due, between the backup and the restore.
        abandoned = A - 2 * HOUR
        self.at(abandoned, self.enqueue, f"start:{agents[11]}", "start_agent", agents[11], abandoned)
        self.at(A + 22 * HOUR, self.server, "ZREM", self.QUEUE, f"start:{agents[11]}")

        def manual(n, enqueued, started=None, ended=None):
            job = f"manual:agent:{agents[n]}:{self.hex(8)}"
            self.at(enqueued, self.enqueue, job, "execute_agent_cycle", agents[n], enqueued)
            if started:
                self.at(started, self.start_job, job)
            if ended:
                self.at(ended, self.end_job, job, "execute_agent_cycle", agents[n], started or enqueued)
            return job

        for n in range(4):  # waiting at A, done a minute later
            manual(n, A - 20 * SECOND + n * 3 * SECOND, A + 20 * SECOND + n * SECOND, A + MINUTE + n * SECOND)
        for n in [5, 6]:  # running at A
            manual(n, A - 30 * SECOND + n * SECOND, A - 22 * SECOND + n * SECOND, A + 40 * SECOND)
        manual(7, A - 40 * MINUTE, A - 39 * MINUTE, A - 38 * MINUTE)
        evicted = manual(9, A - 35 * MINUTE, None, A + 3 * MINUTE)  # its job key was evicted: "job expired"
        self.at(A - 30 * MINUTE, self.server, "DEL", f"arq:job:{evicted}")
        for n in range(3):  # waiting at B
            manual(n, B - 9 * SECOND + n * SECOND)
        manual(6, B - 25 * SECOND, B - 15 * SECOND)  # running at B
        manual(3, B - 20 * MINUTE, B - 19 * MINUTE, B - 18 * MINUTE)
        # A job key whose member is gone from the queue.
        orphan = self.hex(32)
        self.at(A - 15 * MINUTE, self.enqueue, orphan, "stop_agent", agents[9], A - 15 * MINUTE)
        self.at(A - 14 * MINUTE, self.server, "ZREM", self.QUEUE, orphan)
        self.at(A + 2 * HOUR, self.server, "DEL", f"arq:job:{orphan}")
        self.at(A - HOUR, self.server, "ZADD", "arq:abort", A - HOUR, f"strategy:{self.strategies[7]}")
        for end, count in [(A, 612), (B, 1377)]:
            date = datetime.datetime.fromtimestamp(end / 1000 - 13, datetime.timezone.utc)
            report = f"{date:%b-%d %H:%M:%S} j_complete={count} j_failed=2 j_retried=0 j_ongoing=2 queued=15"
            self.set(end - 13 * SECOND, f"{self.QUEUE}:health-check", report, "PX", 31000)

    # Keys of nobody's category

    def plan_unknown(self):
        def send(moment, *command):
            self.at(moment, self.server, *command)

        before, after = A - 6 * HOUR, A + 6 * HOUR
        send(before, "HSET", "feature:flags", "new-ui", "on", "beta", "off", "limit", 10)
        send(after, "HSET", "feature:flags", "beta", "on")
        send(before, "HSET", "feature:limits", "a", 1, "b", 2)  # a listpack, later a hash table of the same fields
        send(after, "HSET", "feature:limits", "long", "x" * 100)
        send(after + 1, "HDEL", "feature:limits", "long")
        for n, fate in enumerate(["same", "same", "deleted", "renewed", "short"]):
            key = f"session_store:{self.hex(16)}"
            send(before + n, "SET", key, json.dumps({"cart": n}), "EX", 43200 if fate == "short" else 172800)
            if fate == "deleted":
                send(after, "DEL", key)
            if fate == "renewed":
                send(after, "EXPIRE", key, 172800)
        for _ in range(2):
            send(after, "SET", f"session_store:{self.hex(16)}", "{}", "EX", 172800)
        send(before, "RPUSH", "celery", "task-1", "task-2", "task-3")
        send(after, "LPOP", "celery")
        send(after, "RPUSH", "celery", "task-4")
        send(before, "RPUSH", "mail:outbox", "first", "second")
        send(after, "LMOVE", "mail:outbox", "mail:outbox", "LEFT", "RIGHT")  # the same elements in another order
        send(before, "SADD", "_kombu.binding.celery", "celery\x06\x16\x06\x16celery")
        send(before, "SET", "leaderboard", "not yet")
        send(after, "DEL", "leaderboard")
        send(after + 1, "ZADD", "leaderboard", 17.5, "ana", 3, "chen")  # another type
        send(before, "ZADD", "ranking:zero", 2, "a skip list: in a listpack minus zero would become zero" + "." * 9)
        send(before + 1, "ZADD", "ranking:zero", 0, "nobody", 1, "ana")
        send(after, "ZREM", "ranking:zero", "nobody")
        send(after + 1, "ZADD", "ranking:zero", "-0", "nobody")  # the same score, though the digest differs
        send(before, "SET", "maintenance", "planned")
        send(after, "DEL", "maintenance")
        send(after, "SET", "release-notes", "seen")
        for n in range(1, 4):
            send(before + n, "XADD", "audit:events", f"{n}-0", "event", f"login {n}")
            send(before + n, "XADD", "audit:archive", f"{n}-0", "event", f"login {n}")
        send(before + 9, "XGROUP", "CREATE", "audit:events", "mailer", "0")
        send(after, "XREADGROUP", "GROUP", "mailer", "worker", "COUNT", 2, "STREAMS", "audit:events", ">")
        # Close to a category's pattern, but not in it: case, start and end of the key count.
        send(before, "SET", "JWT:BLACKLIST:upper", "1")
        send(before, "SET", "old:jwt:blacklist:moved", "1")
        send(before, "SET", "bitrun:tasks:archive", "none")
        send(before, "SET", "orders", "17")
        send(after, "SET", "orders", "18")
        send(after, "SET", "dashboard:summary", "{}")

    def plan(self):
        self.plan_tokens()
        self.plan_limits()
        self.plan_visits()
        self.plan_workers()
        self.plan_strategies()
        self.plan_sessions()
        self.plan_market()
        self.plan_orders()
        self.plan_queue()
        self.plan_unknown()


# The truth


def value_of(server, key, kind):
    """The whole logical value, in a form that compares as equal when the value is equal."""
    if kind == "string":
        return server("GET", key)
    if kind == "list":
        return server("LRANGE", key, 0, -1)
    if kind == "set":
        return sorted(server("SMEMBERS", key))
    if kind in ("hash", "zset"):
        flat = server("HGETALL", key) if kind == "hash" else server("ZRANGE", key, 0, -1, "WITHSCORES")
        second = float if kind == "zset" else bytes  # -0.0 == 0.0
        return {flat[n]: second(flat[n + 1]) for n in range(0, len(flat), 2)}
    if kind == "stream":
        stream = server("XINFO", "STREAM", key, "FULL", "COUNT", 0)
        fields = dict(zip(stream[::2], stream[1::2], strict=True))
        return {name: fields[name] for name in fields if not name.startswith(b"radix-tree")}
    raise ValueError(kind)


def state_of(server):
    """Everything that is alive at the server's moment: {key: (type, expiry or -1, value)}."""
    state = {}
    for key in server("KEYS", "*"):
        kind = server("TYPE", key).decode()
        state[key] = (kind, server("PEXPIRETIME", key), value_of(server, key, kind))
    return state


def alive(state, moment):
    return {key: entry for key, entry in state.items() if entry[1] == -1 or entry[1] >= moment}


def change_of(key, restored, live):
    if key not in restored:
        return "lost"
    if key not in live:
        return "resurrected"
    (old_kind, old_expiry, old_value), (new_kind, new_expiry, new_value) = restored[key], live[key]
    if old_kind != new_kind or old_value != new_value:
        return "regressed_value"
    return "regressed_expiry_only" if old_expiry != new_expiry else "unchanged"


CHANGES = ["lost", "regressed_value", "regressed_expiry_only", "resurrected", "unchanged"]


def queue_members(restored, live, moment):
    queue = Story.QUEUE.encode()

    def members(state):
        return state[queue][2] if queue in state else {}

    def names(members):
        return sorted(member.decode() for member in members)

    before, after = members(restored), members(live)
    job = b"arq:job:"
    return {
        "due_at_T_after_restore": names(m for m, score in before.items() if score <= moment),
        "job_keys_restored_without_queue_member": names(
            key for key in restored if key.startswith(job) and key.removeprefix(job) not in before
        ),
        "live_members_without_job_key_at_T": names(m for m in after if job + m not in live),
        "members_lost": names(after.keys() - before.keys()),
        "members_rescored": names(m for m in before.keys() & after.keys() if before[m] != after[m]),
        "members_resurrected": names(before.keys() - after.keys()),
        "members_unchanged": names(m for m in before.keys() & after.keys() if before[m] == after[m]),
        "restored_members_with_in_progress_at_T": names(m for m in before if b"arq:in-progress:" + m in restored),
        "restored_members_without_job_key_at_T": names(m for m in before if job + m not in restored),
    }


def truth_of(moment, state_a, state_b, token_kinds):
    restored, live = alive(state_a, moment), alive(state_b, moment)
    by_category = {}
    for key in sorted(state_a.keys() | state_b.keys()):
        groups = by_category.setdefault(category(key), {"keys": [], **{change: [] for change in CHANGES}})
        groups["keys"].append(key)
        if key in restored or key in live:
            groups[change_of(key, restored, live)].append(key.decode())
    categories = {}
    for name in sorted(by_category):
        groups = by_category[name]
        keys = groups.pop("keys")
        counts = {change: len(groups[change]) for change in CHANGES} | {
            "in_a": sum(key in state_a for key in keys),
            "in_b": sum(key in state_b for key in keys),
            "expired_in_a_by_T": sum(key in state_a and key not in restored for key in keys),
            "expired_in_b_by_T": sum(key in state_b and key not in live for key in keys),
            "restored_at_T": sum(key in restored for key in keys),
            "live_at_T": sum(key in live for key in keys),
            "no_ttl_in_a": sum(key in state_a and state_a[key][1] == -1 for key in keys),
            "no_ttl_in_b": sum(key in state_b and state_b[key][1] == -1 for key in keys),
        }
        categories[name] = {"counts": dict(sorted(counts.items())), **groups}
    totals = Counter()
    for groups in categories.values():
        totals.update(groups["counts"])
    tokens = categories["jwt-blacklist"]
    return {
        "A": iso(A), "A_ms": A, "B": iso(B), "B_ms": B, "T": iso(moment), "T_ms": moment,
        "server": f"redis-server {SERVER_VERSION}", "seed": SEED,
        "note": "A file also holds keys that had expired before it was written and had not been deleted yet: "
        "files.*.expired_at_snapshot. They count nowhere else.",
        "totals": dict(sorted(totals.items())),
        "jwt_blacklist_token_kind": {
            change: dict(sorted(Counter(token_kinds[key] for key in tokens[change]).items()))
            for change in ["lost", "resurrected", "unchanged"]
        },
        "arq_queue_members": queue_members(restored, live, moment),
        "categories": categories,
    }  # fmt: skip


# Against real servers


def check_loads(workspace, path, state, moment):
    """Loads a file with the clock at the moment of the restore, and at one at which nothing in it had expired."""
    with workspace.server(moment, load=path) as server:
        if state_of(server) != alive(state, moment):
            raise RuntimeError(f"{path.name}: a server that loads it at {iso(moment)} holds something else")
        loaded = {
            "digest_at_T": server("DEBUG", "DIGEST").decode(),
            "keys_loaded_at_T": int(server.info("persistence")["rdb_last_load_keys_loaded"]),
            "keys_expired_at_T": int(server.info("persistence")["rdb_last_load_keys_expired"]),
        }
    with workspace.server(START - 30 * DAY, load=path) as server:
        everything = state_of(server)
        loaded |= {"keys_in_file": len(everything), "digest_of_file": server("DEBUG", "DIGEST").decode()}
    if any(everything.get(key) != entry for key, entry in state.items()):
        raise RuntimeError(f"{path.name}: the file lacks what the server stated")
    loaded["of_which_already_expired_at_snapshot"] = len(everything.keys() - state.keys())
    loaded["expired_at_snapshot"] = sorted(text(key) for key in everything.keys() - state.keys())
    return loaded


def snapshot(story, moment, path):
    # From a minute and a quarter before, expired keys stay until they are touched: a real file has some of them too.
    story.run_until(moment - 75 * SECOND)
    story.server.reap()
    story.run_until(moment)
    story.server.save(path)
    return state_of(story.server)


def main():
    TARGET.mkdir(exist_ok=True)
    backup, incident = TARGET / "backup.rdb", TARGET / "incident.rdb"
    with Workspace() as workspace:
        with workspace.server(START) as server:
            server("DEBUG", "SET-ACTIVE-EXPIRE", 0)  # expiry by access and by `reap` only: the same in each run
            story = Story(server)
            story.plan()
            state_a = snapshot(story, A, backup)
            state_b = snapshot(story, B, incident)
        for name, moment in [("truth.json", T), ("truth-late.json", T_LATE)]:
            truth = truth_of(moment, state_a, state_b, story.token_kinds)
            truth["files"] = {
                path.name: check_loads(workspace, path, state, moment)
                for path, state in [(backup, state_a), (incident, state_b)]
            }
            (TARGET / name).write_text(json.dumps(truth, indent=1) + "\n")
            print(f"{name}: " + ", ".join(f"{change} {truth['totals'][change]}" for change in CHANGES))


if __name__ == "__main__":
    main()
