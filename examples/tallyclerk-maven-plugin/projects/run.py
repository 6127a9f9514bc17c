#!/usr/bin/env python3
"""Five projects with one plugin or dependency and one policy file: accepted, remembered, tampered; and what it costs.

Needs docker-registry, skopeo, and Maven with its network or a filled repository. From the root of the repository:

    mvn -B -q -Pquick install -DskipTests -Dinvoker.skip -Dmaven.repo.local=FOLDER -Dmaven.repo.local.tail=$HOME/.m2/repository
    examples/tallyclerk-maven-plugin/projects/run.py FOLDER [ROUNDS]

Prints one line for each step, and the CPU time of the whole process of Maven, or of the test, while the image is decided on:
when the decision is remembered, and when the goal is skipped. Exits with 1 if a build does not end as it must.
"""
import os
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
IMAGES = HERE.parent.parent / "images"
LAYER = "308f3b843ee9f418baae68aa4ddb78ba1460c083acf13361e7838b4fdae6a4aa"
REPOSITORY = sys.argv[1]
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 5
PROJECTS = ["plain", "spring-boot", "micronaut", "testcontainers", "jib"]
SPY = None
failed = []


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def registry(folder):
    port = free_port()
    storage = folder / "storage"
    config = folder / "registry.yml"
    config.write_text(
        f"version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {storage}}}}}\n"
        f'http: {{addr: "127.0.0.1:{port}", secret: test-only}}\n'
    )
    log = open(folder / "registry.log", "w")
    environment = dict(os.environ, OTEL_TRACES_EXPORTER="none")
    process = subprocess.Popen(["docker-registry", "serve", config], stdout=log, stderr=log, env=environment)
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/v2/").read()
            break
        except OSError:
            time.sleep(0.1)
    name = f"127.0.0.1:{port}/team/hello:1.0"
    subprocess.run(
        ["skopeo", "copy", "-q", "--dest-tls-verify=false", f"oci:{IMAGES}/hello:1.0", f"docker://{name}"], check=True
    )
    return process, storage / f"docker/registry/v2/blobs/sha256/{LAYER[:2]}/{LAYER}/data", name


def flip(file, offset=None):
    content = bytearray(file.read_bytes())
    content[len(content) // 2 if offset is None else offset] ^= 1
    file.write_bytes(content)


def spy(folder):
    """Returns a jar for Maven that prints what goals cost."""
    home = re.search(r"Maven home: (.*)", subprocess.run(["mvn", "-v"], stdout=subprocess.PIPE, text=True).stdout).group(1)
    classes = folder / "classes"
    index = classes / "META-INF/sisu/javax.inject.Named"
    index.parent.mkdir(parents=True)
    index.write_text("GoalCost\n")
    # Maven finds no class of a later version.
    subprocess.run(["javac", "-proc:none", "-nowarn", "-Xlint:-options", "--release", "8", "-cp", f"{home}/lib/*", "-d", classes, HERE / "GoalCost.java"], check=True)
    subprocess.run(["jar", "cf", folder / "spy.jar", "-C", classes, "."], check=True)
    return folder / "spy.jar"


def build(folder, image, store, *options):
    """Returns the exit status and the log."""
    done = subprocess.run(
        ["mvn", "-B", "-ntp", "verify", f"-Dmaven.ext.class.path={SPY}", f"-Dmaven.repo.local={REPOSITORY}",
         f"-Dmaven.repo.local.tail={pathlib.Path.home()}/.m2/repository", "-Dmaven.repo.local.tail.ignoreAvailability=true",
         f"-Dimage={image}", f"-Dtallyclerk.acceptedStore={store}", *options],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env=dict(os.environ, TESTCONTAINERS_TALLYCLERK_STORE=str(store)),
    )
    return done.returncode, done.stdout


def cost(log):
    return int(re.search(r"CPU (\d+) ms", log).group(1))


def step(project, what, status, log, wanted, pattern):
    found = re.search(pattern, log)
    good = (status == 0) == wanted and found is not None
    print(f"{project:15} {what:12} {'as expected' if good else 'WRONG'}: {found.group(0)[:250] if found else log[-2000:]}",
          flush=True)
    if not good:
        failed.append(project + " " + what)


def tested(project, folder, work):
    process, layer, image = registry(folder)
    store = folder / "store"
    is_test = project == "testcontainers"
    try:
        accepted = r"CPU \d+ ms" if is_test else r"\S+: ACCEPTED sha256:\w+(?! \(decided)"
        remembered = r"CPU \d+ ms" if is_test else r"\S+: ACCEPTED sha256:\w+ \(decided.*\)"
        status, log = build(work, image, store)
        step(project, "accepted", status, log, True, accepted)
        first = cost(log)
        status, log = build(work, image, store)
        step(project, "remembered", status, log, True, remembered)
        again, skipped = [], []
        for _ in range(ROUNDS):
            again.append(cost(build(work, image, store)[1]))
            if not is_test:
                skipped.append(cost(build(work, image, store, "-Dtallyclerk.skip")[1]))
        print(f"{project:15} CPU ms: decided {first}, remembered median {statistics.median(again):.0f} of {sorted(again)}"
              + (f", skipped median {statistics.median(skipped):.0f} of {sorted(skipped)}" if skipped else ""), flush=True)
        if project == "jib":
            # What jib has built is changed after it was accepted.
            flip(work / "target" / "jib-image.tar", 1024)
            status, log = build(work, image, store, "-Djib.skip")
        else:
            # An edited record counts for nothing, so the image, which was tampered with meanwhile, is read again.
            for record in store.rglob("*.accepted"):
                flip(record)
            flip(layer)
            status, log = build(work, image, store)
        step(project, "tampered", status, log, False, r"(\S+ is not run: REJECTED.*|\S+: REJECTED.*|\[ERROR\].*tallyclerk.*)")
    finally:
        process.terminate()
        process.wait()


def main():
    global SPY
    with tempfile.TemporaryDirectory() as temporary:
        SPY = spy(pathlib.Path(temporary))
        for project in sys.argv[3:] or PROJECTS:
            folder = pathlib.Path(temporary) / project
            folder.mkdir()
            work = folder / "project"
            shutil.copytree(HERE / project, work, ignore=shutil.ignore_patterns("target"))
            tested(project, folder, work)
    if failed:
        sys.exit("wrong: " + ", ".join(failed))


main()
