"""Drives python-tuf's client for PythonDifferentialTest: one JSON object a line in, one a line out.

in:  {"client": folder with root.json, "repository": folder of metadata, "now": ISO time, "targets": [path, ...]}
out: {"refresh": "ok" or the error, "versions": [root, timestamp, snapshot, targets],
      "targets": {path: "LENGTH SHA256", "nobody" or "error"}}
"""
import datetime
import json
import os
import sys

from tuf.api.exceptions import DownloadError, DownloadHTTPError, RepositoryError
from tuf.ngclient import FetcherInterface, Updater


class FolderFetcher(FetcherInterface):
    def __init__(self, folder):
        self.folder = folder

    def _fetch(self, url):
        path = os.path.join(self.folder, url.rsplit("/", 1)[1])
        if not os.path.isfile(path):
            raise DownloadHTTPError("not found", 404)
        with open(path, "rb") as file:
            return iter([file.read()])


def updater(case):
    made = Updater(case["client"], "http://repository/", fetcher=FolderFetcher(case["repository"]))
    made._trusted_set.reference_time = datetime.datetime.fromisoformat(case["now"])
    return made


def look_up(case, path):
    try:
        client = updater(case)
        client.refresh()
        found = client.get_targetinfo(path)
    except (RepositoryError, DownloadError, ValueError, KeyError):
        return "error"
    return "nobody" if found is None else f"{found.length} {found.hashes['sha256']}"


def run(case):
    answer = {"refresh": "ok", "versions": [], "targets": {}}
    try:
        client = updater(case)
        client.refresh()
        trusted = client._trusted_set
        answer["versions"] = [
            trusted.root.version, trusted.timestamp.version, trusted.snapshot.version, trusted.targets.version]
    except (RepositoryError, DownloadError, ValueError, KeyError) as e:
        answer["refresh"] = f"{type(e).__name__}: {e}"
        return answer
    for path in case["targets"]:
        answer["targets"][path] = look_up(case, path)
    return answer


for line in sys.stdin:
    print(json.dumps(run(json.loads(line))), flush=True)
