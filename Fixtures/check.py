#!/usr/bin/env python3
"""Holds every fixture against a real server: does it load as what its truth says? And does redis-check-rdb pass it?

    python3 Fixtures/check.py

Changes nothing. Ends with status 1 if anything differs.
"""

import base64
import json
import subprocess
import sys

from fixture_server import HERE, Workspace

LONG_AGO = 1735689600000  # 2025-01-01T00:00:00Z: nothing in any fixture had expired then
TIME_OF_WRITING = 1767225600000  # 2026-01-01T00:00:00Z: what the rdb/ fixtures' idle times refer to


def structure(path):
    """What redis-check-rdb objects to."""
    result = subprocess.run(["redis-check-rdb", path], capture_output=True, text=True, check=False)
    passed = result.returncode == 0 and "RDB looks OK" in result.stdout
    return [] if passed else [f"redis-check-rdb: {result.stdout.strip().splitlines()[-1]}"]


def against_truth(workspace, path):
    truth = json.loads(path.with_suffix(".json").read_text())
    policy = "noeviction"
    for entry in truth["keys"]:
        policy = "allkeys-lru" if entry.get("idle") is not None else policy
        policy = "allkeys-lfu" if entry.get("freq") is not None else policy
    options = {"maxmemory_policy": policy, "lfu_decay_time": 0, "lfu_log_factor": 0}
    with workspace.server(TIME_OF_WRITING, load=path, **options) as server:
        loaded = server.describe()
    problems = [field for field in ("digest", "functions") if loaded[field] != truth[field]]
    if len(loaded["keys"]) != len(truth["keys"]):
        return [*problems, f"{len(loaded['keys'])} keys, not {len(truth['keys'])}"]
    for entry, expected in zip(loaded["keys"], truth["keys"], strict=True):
        expected["encoding"] = expected.pop("encoding_after_load")
        fields = entry.keys() | expected.keys()
        if expected["encoding"] == "skiplist":
            fields.remove("memory")  # not stated: the heights of the towers are drawn anew
        key = base64.b64decode(entry["key_b64"])
        problems += [f"{key!r}: {field}" for field in sorted(fields) if entry.get(field) != expected.get(field)]
    return problems


def bitrun(workspace, path, truth):
    side = {"backup.rdb": "resurrected", "incident.rdb": "lost"}[path.name]
    both = ["regressed_value", "regressed_expiry_only", "unchanged"]
    groups = truth["categories"].values()
    expected = {key for group in groups for change in [side, *both] for key in group[change]}
    stated = truth["files"][path.name]
    problems = []
    with workspace.server(truth["T_ms"], load=path) as server:
        if {key.decode() for key in server("KEYS", "*")} != expected:
            problems.append(f"other keys at {truth['T']}")
        if server("DEBUG", "DIGEST").decode() != stated["digest_at_T"]:
            problems.append(f"another digest at {truth['T']}")
    with workspace.server(LONG_AGO, load=path) as server:
        if server("DEBUG", "DIGEST").decode() != stated["digest_of_file"]:
            problems.append("another digest of the whole file")
    return problems


def main():
    failed = False
    with Workspace() as workspace:
        checks = {path: against_truth(workspace, path) for path in sorted((HERE / "rdb").glob("*.rdb"))}
        for name in ["truth.json", "truth-late.json"]:
            truth = json.loads((HERE / "bitrun" / name).read_text())
            for path in sorted((HERE / "bitrun").glob("*.rdb")):
                checks[path] = checks.get(path, []) + bitrun(workspace, path, truth)
    for path, problems in checks.items():
        problems += structure(path)
        failed |= bool(problems)
        print(f"{path.relative_to(HERE)}: {'; '.join(problems) or 'ok'}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
