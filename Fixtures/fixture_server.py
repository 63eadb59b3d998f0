"""A private redis-server with a wall clock of its own, and what it says about its data.

Used by make-rdb.py, make-bitrun.py and check.py. Every server listens on a unix socket in a temporary directory, and
is stopped by its process id; nothing stays behind.
"""

import base64
import json
import mmap
import os
import shutil
import struct
import subprocess
import tempfile
import time
from pathlib import Path

import redis

HERE = Path(__file__).resolve().parent

# The server that made the fixtures. Another one would write other bytes, so the scripts refuse it.
SERVER_VERSION = "7.0.15"


class Workspace:
    """A temporary directory with the compiled clock in it, removed at the end."""

    def __enter__(self):
        self.path = Path(tempfile.mkdtemp(prefix="fixtures-"))
        self.clock_library = self.path / "clock.so"
        command = ["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"]
        subprocess.run([*command, "-o", self.clock_library, HERE / "clock.c"], check=True)
        self._servers = 0
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path)

    def server(self, now, load=None, **options):
        """A server whose clock stands at `now` (Unix milliseconds), started on the RDB file `load`.

        Options are configuration directives, `_` for `-`.
        """
        self._servers += 1
        return Server(self, self.path / f"server-{self._servers}", now, load, options)


class Server:
    def __init__(self, workspace, directory, now, load, options):
        self._workspace = workspace
        self._directory = directory
        self._options = options
        directory.mkdir()
        if load is not None:
            shutil.copyfile(load, directory / "dump.rdb")
        clock_path = directory / "clock"
        clock_path.write_bytes(bytes(8))
        with open(clock_path, "r+b") as file:
            self._clock = mmap.mmap(file.fileno(), 8)
        self.now = now

    @property
    def now(self):
        return struct.unpack("=q", self._clock[:])[0] // 1000

    @now.setter
    def now(self, milliseconds):
        self._clock[:] = struct.pack("=q", milliseconds * 1000)

    def __enter__(self):
        directory = self._directory
        settings = {
            "port": "0",
            "unixsocket": str(directory / "socket"),
            "dir": str(directory),
            "dbfilename": "dump.rdb",
            "save": "",
            "appendonly": "no",
            "enable-debug-command": "yes",
            "logfile": str(directory / "log"),
        }
        settings |= {name.replace("_", "-"): str(value) for name, value in self._options.items()}
        arguments = [part for name, value in settings.items() for part in ("--" + name, value)]
        environment = os.environ | {
            "LD_PRELOAD": str(self._workspace.clock_library),
            "FIXTURE_CLOCK": str(directory / "clock"),
        }
        self._process = subprocess.Popen(["redis-server", *arguments], env=environment)
        self._connection = redis.Redis(unix_socket_path=settings["unixsocket"])
        self._connection.response_callbacks.clear()  # replies as they come over the wire
        self._wait_until(self._answers, "the server does not answer")
        version = self.info("server")["redis_version"]
        if version != SERVER_VERSION:
            self.__exit__()
            raise SystemExit(f"these fixtures are made by redis-server {SERVER_VERSION}, not {version}")
        return self

    def __exit__(self, *_):
        self._connection.close()
        self._process.kill()  # by process id; nothing that it could save matters
        self._process.wait()

    def _answers(self):
        if self._process.poll() is not None:
            raise RuntimeError("redis-server ended:\n" + self.log())
        try:
            return self("PING") == b"PONG"
        except redis.exceptions.ConnectionError:
            return False
        except redis.exceptions.BusyLoadingError:
            return False

    @staticmethod
    def _wait_until(condition, complaint):
        deadline = time.monotonic() + 20
        while not condition():
            if time.monotonic() > deadline:
                raise RuntimeError(complaint)
            time.sleep(0.01)

    def __call__(self, *command):
        """Sends one command and answers the reply, as bytes, numbers, lists and None."""
        return self._connection.execute_command(*command)

    def log(self):
        return (self._directory / "log").read_text(errors="replace")

    def info(self, section):
        lines = self("INFO", section).decode().splitlines()
        return dict(line.split(":", 1) for line in lines if ":" in line)

    def let_cron_run(self):
        """Waits until the server has read the clock again for its idle times (it does ten times a second)."""
        time.sleep(0.3)

    def save(self, target):
        """Saves as a production server does, in a child process, and copies the file."""
        self("BGSAVE")

        def done():
            return self.info("persistence")["rdb_bgsave_in_progress"] == "0"

        self._wait_until(done, "BGSAVE does not end")
        if self.info("persistence")["rdb_last_bgsave_status"] != "ok":
            raise RuntimeError("BGSAVE failed:\n" + self.log())
        shutil.copyfile(self._directory / "dump.rdb", target)

    def databases(self):
        return sorted(int(name[2:]) for name in self.info("keyspace") if name.startswith("db"))

    def reap(self):
        """Deletes whatever has expired, in every database: SCAN does so with each key that it comes across."""
        for database in self.databases():
            self("SELECT", database)
            cursor = b"0"
            while True:
                cursor, _ = self("SCAN", cursor, "COUNT", 1000)
                if cursor == b"0":
                    break
        self("SELECT", 0)

    def describe(self):
        """The truth about everything the server holds now, in the form of the `.json` files."""
        policy = self("CONFIG", "GET", "maxmemory-policy")[1].decode()
        functions = sorted(text(self("FUNCTION", "LIST", "WITHCODE")), key=lambda library: library[1])  # by name
        keys = []
        for database in self.databases():
            self("SELECT", database)
            for key in sorted(self("KEYS", "*")):
                entry = {"db": database, "key_b64": base64.b64encode(key).decode()}
                # These two first: what comes after must not count as a use of the key.
                if policy.endswith("lru"):
                    entry |= {"idle": self("OBJECT", "IDLETIME", key), "freq": None}
                if policy.endswith("lfu"):
                    entry |= {"idle": None, "freq": self("OBJECT", "FREQ", key)}
                entry["type"] = self("TYPE", key).decode()
                entry["encoding"] = self("OBJECT", "ENCODING", key).decode()
                entry["pexpiretime"] = self("PEXPIRETIME", key)
                entry["digest"] = self("DEBUG", "DIGEST-VALUE", key)[0].decode()
                entry["memory"] = self("MEMORY", "USAGE", key, "SAMPLES", 0)
                if entry["type"] == "stream":
                    entry["stream"] = text(self("XINFO", "STREAM", key, "FULL", "COUNT", 0))
                keys.append(entry)
        self("SELECT", 0)
        digest = self("DEBUG", "DIGEST").decode()
        return {"server": SERVER_VERSION, "digest": digest, "functions": functions, "keys": keys}


def text(reply):
    """A reply with its byte strings as text, one character for each byte (Latin-1)."""
    if isinstance(reply, bytes):
        return reply.decode("latin-1")
    if isinstance(reply, list):
        return [text(part) for part in reply]
    return reply


def write_truth(path, truth):
    """JSON with one line for each key, so that a change shows as a change of that key."""
    def line(value):
        return json.dumps(value, ensure_ascii=True)

    head = [f"{line(name)}: {line(truth[name])}" for name in truth if name != "keys"]
    keys = ",\n".join(line(key) for key in truth["keys"])
    body = ",\n".join([*head, f'"keys": [\n{keys}\n]' if keys else '"keys": []'])
    path.write_text("{\n" + body + "\n}\n")
