#!/usr/bin/env python3
"""Audits 10,000 images of 2,000 layers on one machine and on Spark, compares the lines, and prints the figures.

Run in the root of the project, after

    mvn -q -Pquick,spark package dependency:copy-dependencies -DskipTests -pl examples/fleet-audit/spark -am \\
        -DincludeScope=provided -DexcludeGroupIds=dev.tallyclerk -DoutputDirectory=target/jars

Nothing but loopback is used. Spark's master and workers are started from the jars, and one worker is killed.
"""

import argparse
import filecmp
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

EXAMPLE = pathlib.Path("examples/fleet-audit")
PROGRAM = EXAMPLE / "target/fleet-audit.jar"
ON_SPARK = EXAMPLE / "spark/target/fleet-audit-spark.jar"
OPENED = ["java.lang", "java.lang.invoke", "java.lang.reflect", "java.io", "java.net", "java.nio", "java.util",
          "java.util.concurrent", "java.util.concurrent.atomic", "sun.nio.ch", "sun.nio.cs", "sun.util.calendar"]
RUNNING = []


def java(home):
    return str(pathlib.Path(home, "bin/java"))


def opens(home):
    version = subprocess.run([java(home), "-version"], capture_output=True, text=True, check=True).stderr
    flags = [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENED]
    if int(re.search(r'"(\d+)', version).group(1)) >= 24:
        return flags + ["--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED"]
    return flags + ["--add-opens=java.base/sun.security.action=ALL-UNNAMED"]


def start(command, **more):
    process = subprocess.Popen(command, **more)
    RUNNING.append(process)
    return process


def run(name, command, log, environment=None, meanwhile=None):
    """Runs to the end; gives seconds, CPU seconds, peak MB and the two lines that the program ends with."""
    begin = time.time()
    with open(log, "w") as out:
        process = start(command, stdout=out, stderr=subprocess.STDOUT, env=environment)
        if meanwhile:
            meanwhile(process)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    text = pathlib.Path(log).read_text(errors="replace")
    lines = [line for line in text.splitlines() if " images: " in line or " bytes hashed" in line]
    if len(lines) < 2 or process.returncode != 0:
        sys.exit(f"{name}: exit {process.returncode}\n{text[-4000:]}")
    hashed, distinct = re.match(r"(\d+) bytes hashed; distinct layers have (\d+) bytes", lines[-1]).groups()
    if hashed != distinct:
        sys.exit(f"{name}: hashed {hashed} bytes, and the distinct layers have {distinct}")
    figures = (time.time() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000)
    print(f"| {name} | {figures[0]:.0f} s | {figures[1]:.0f} s | {figures[2]:.0f} MB | exit {process.returncode};"
          f" {lines[-2]}; {lines[-1]} |", flush=True)


def wait(condition, what, seconds=300):
    for _ in range(seconds * 10):
        if condition():
            return
        time.sleep(0.1)
    sys.exit(f"never came: {what}")


def children(pid):
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True).stdout.split()
    return [int(each) for each in found]


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--images", type=int, default=10_000)
    options.add_argument("--layers", type=int, default=2_000)
    options.add_argument("--layer-bytes", type=int, default=64 * 1024)
    options.add_argument("--port", type=int, default=15_700)
    options.add_argument("--java", default="/usr/lib/jvm/java-17-openjdk-amd64")
    options.add_argument("--jars", default=str(EXAMPLE / "spark/target/jars"))
    options.add_argument("--without-spark", action="store_true")
    given = options.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="fleet-audit-"))
    try:
        measure(given, folder)
    finally:
        for process in RUNNING:
            if process.poll() is None:
                process.kill()
        shutil.rmtree(folder, ignore_errors=True)


def measure(given, folder):
    registry = start([java(given.java), "-Xmx512m", "-cp", f"{EXAMPLE}/target/test-classes:{PROGRAM}",
                      "dev.tallyclerk.examples.fleet.SyntheticRegistry", str(given.images), str(given.layers),
                      str(given.layer_bytes), str(given.port)], stdout=subprocess.PIPE, text=True)
    print(registry.stdout.readline().strip())
    host = f"127.0.0.1:{given.port}"
    sources = [f"docker://{host}", "--plain-http-for", host]

    def alone(name):
        command = [java(given.java), "-Xmx256m", "-XX:+UseSerialGC", "-jar", str(PROGRAM), "audit", *sources,
                   "--state", str(folder / name / "state"), "--output", str(folder / name)]
        return command, folder / f"{name}.log"

    (folder / "alone").mkdir()
    (folder / "again").mkdir()
    print("| run | time | CPU | peak memory of the process | what it says |\n| --- | --- | --- | --- | --- |")
    run("one machine, -Xmx256m", *alone("alone"))
    expected = folder / "alone/images.jsonl"

    def killed():
        command, log = alone("again")
        with open(log, "w") as out:
            process = start(command, stdout=out, stderr=subprocess.STDOUT)
            layers = folder / "again/state/layers"
            wait(lambda: layers.exists() and len(list(layers.iterdir())) > given.layers // 2, "half of the layers")
            process.send_signal(signal.SIGKILL)
            process.wait()
    killed()
    run("the rest after kill -9 at half of the layers", *alone("again"))
    same("after the kill", expected, folder / "again/images.jsonl")
    if not given.without_spark:
        spark(given, folder, sources, expected)


def same(name, expected, found):
    if not filecmp.cmp(expected, found, shallow=False):
        sys.exit(f"{name}: OTHER BYTES")
    print(f"{name}: the same bytes", flush=True)


def spark(given, folder, sources, expected):
    home = folder / "spark"
    home.mkdir()
    (home / "jars").symlink_to(pathlib.Path(given.jars).resolve())
    (home / "RELEASE").write_text("Spark 4.2.0\n")
    environment = dict(os.environ, SPARK_HOME=str(home), SPARK_SCALA_VERSION="2.13", SPARK_LOCAL_IP="127.0.0.1",
                       JAVA_HOME=given.java)
    program = ON_SPARK.resolve()

    def job(name, master, *more):
        work = folder / f"{name}-work"
        command = [java(given.java), "-Xmx1g", *opens(given.java), f"-Dspark.master={master}", *more,
                   "-Dspark.ui.enabled=false", "-Dspark.driver.host=127.0.0.1", "-Dspark.driver.bindAddress=127.0.0.1",
                   "-cp", f"{program}:{home}/jars/*", "dev.tallyclerk.examples.fleet.spark.Main", *sources,
                   "--work", f"file://{work}", "--output", str(folder / name)]
        return command, folder / f"{name}.log", environment

    run("Spark, local[*]", *job("local", "local[*]"))
    same("Spark, local[*]", expected, folder / "local/images.jsonl")

    def part(kind, *arguments):
        log = open(folder / f"{kind}{len(RUNNING)}.log", "w")
        return start([java(given.java), "-Xmx256m", *opens(given.java), "-cp", f"{home}/jars/*",
                      f"org.apache.spark.deploy.{kind.lower()}.{kind}", *arguments],
                     stdout=log, stderr=subprocess.STDOUT, env=environment, cwd=folder)

    port = given.port + 1
    master = part("Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", str(port + 1))
    url = f"spark://127.0.0.1:{port}"
    wait(lambda: listens(port), "the master")
    workers = [part("Worker", url, "--host", "127.0.0.1", "--cores", "1", "--memory", "1g", "--webui-port",
                    str(port + 2 + i), "--work-dir", str(folder / f"worker{i}")) for i in range(2)]
    options = [f"-Dspark.jars={program}", "-Dspark.executor.memory=700m", "-Dspark.executor.cores=1",
               "-Dspark.executor.extraJavaOptions=" + " ".join(opens(given.java))]
    run("Spark, master and two workers", *job("cluster", url, *options))
    same("Spark, master and two workers", expected, folder / "cluster/images.jsonl")

    def kill_one(_):
        work = folder / "killed-work"
        wait(lambda: (work / "images/_SUCCESS").exists(), "the documents")
        wait(lambda: list(work.glob("layers/_temporary/**/*.parquet")), "the first layers")
        for executor in children(workers[0].pid):
            os.kill(executor, signal.SIGKILL)
        workers[0].kill()

    run("the same, one worker and its executor killed while layers are read", *job("killed", url, *options),
        meanwhile=kill_one)
    same("with a killed worker", expected, folder / "killed/images.jsonl")
    master.kill()


def listens(port):
    import socket
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


if __name__ == "__main__":
    main()
