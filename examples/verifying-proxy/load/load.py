#!/usr/bin/env python3
"""Loads the proxy, nginx and docker-registry in turns, and prints ratios.

Needs nginx, docker-registry, curl and openssl, and target/verifying-proxy.jar. Not a part of the build: the figures of a
run are in RESULTS.md. All servers run on loopback, and clients throw away in the kernel what they get.
"""
import argparse, hashlib, http.client, json, os, selectors, shutil, signal, socket, statistics, subprocess, sys, tempfile, time, urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
JAR = os.path.join(HERE, "..", "target", "verifying-proxy.jar")
TICKS = os.sysconf("SC_CLK_TCK")
TYPE = "application/vnd.oci.image."
SERVERS = []
PORTS = {"upstream": 5601, "nginx": 5602, "nginx-tls": 5603, "proxy": 5604, "proxy-tls": 5605, "registry-cache": 5606}


def wait_for(port):
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    sys.exit("port %d does not answer" % port)


def tree(pid):
    pids = [pid]
    for task in os.listdir("/proc/%d/task" % pid):
        with open("/proc/%d/task/%s/children" % (pid, task)) as children:
            for child in children.read().split():
                pids += tree(int(child))
    return pids


class Server:
    """A process with its children, of which CPU time and memory are known."""

    def __init__(self, command, port, log):
        SERVERS.append(self)
        self.process = subprocess.Popen(command, stdout=open(log, "ab"), stderr=subprocess.STDOUT)
        wait_for(port)

    def cpu(self):
        total = 0
        for pid in tree(self.process.pid):
            with open("/proc/%d/stat" % pid) as stat:
                fields = stat.read().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICKS

    def peak(self):
        total = 0
        for pid in tree(self.process.pid):
            with open("/proc/%d/status" % pid) as status:
                total += next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
        return total / 1024

    def stop(self):
        SERVERS.remove(self)
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def load(port, path, clients, size):
    """Returns the seconds until each client has got all of it, once."""
    waiting = selectors.DefaultSelector()
    trash = bytearray(1 << 20)
    request = ("GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" % path).encode()
    start = time.monotonic()
    for _ in range(clients):
        client = socket.create_connection(("127.0.0.1", port))
        client.sendall(request)
        client.setblocking(False)
        waiting.register(client, selectors.EVENT_READ, [b"", 0])
    done = 0
    while done < clients:
        for key, _ in waiting.select():
            state = key.data
            try:
                if b"\r\n\r\n" not in state[0]:
                    got = key.fileobj.recv(4096)
                    if not got:
                        raise RuntimeError("port %d: no answer" % port)
                    state[0] += got
                    head, end, body = state[0].partition(b"\r\n\r\n")
                    if end:
                        state[0], state[1] = head + end, len(body)
                    continue
                n = key.fileobj.recv_into(trash, len(trash), socket.MSG_TRUNC)
            except BlockingIOError:
                continue
            state[1] += n
            if n == 0:
                if not state[0].startswith(b"HTTP/1.1 200") or state[1] != size:
                    raise RuntimeError("port %d: %r, %d of %d bytes" % (port, state[0][:60], state[1], size))
                waiting.unregister(key.fileobj)
                key.fileobj.close()
                done += 1
    return time.monotonic() - start


def put(port, path, body, content_type):
    request = urllib.request.Request("http://127.0.0.1:%d%s" % (port, path), body, {"Content-Type": content_type}, method="PUT")
    urllib.request.urlopen(request).close()


def push(port, layer_file):
    """Pushes an image of one layer to a registry, and returns the paths of its layer and its manifest."""

    def blob(body):
        digest = "sha256:" + hashlib.sha256(body).hexdigest()
        upload = urllib.request.Request("http://127.0.0.1:%d/v2/team/app/blobs/uploads/" % port, b"", method="POST")
        place = urllib.request.urlopen(upload).headers["Location"]
        place = place[place.index("/v2/"):] + ("&" if "?" in place else "?") + "digest=" + digest
        put(port, place, body, "application/octet-stream")
        return {"digest": digest, "size": len(body)}

    with open(layer_file, "rb") as file:
        layer = blob(file.read())
    diff = {"type": "layers", "diff_ids": [layer["digest"]]}
    config = blob(json.dumps({"os": "linux", "architecture": "amd64", "rootfs": diff}).encode())
    manifest = {
        "schemaVersion": 2,
        "mediaType": TYPE + "manifest.v1+json",
        "config": {"mediaType": TYPE + "config.v1+json", **config},
        "layers": [{"mediaType": TYPE + "layer.v1.tar", **layer}],
    }
    put(port, "/v2/team/app/manifests/1.0", json.dumps(manifest).encode(), TYPE + "manifest.v1+json")
    return "/v2/team/app/blobs/" + layer["digest"], "/v2/team/app/manifests/1.0"


def manifest_of(port, path):
    request = urllib.request.Request("http://127.0.0.1:%d%s" % (port, path), headers={"Accept": TYPE + "manifest.v1+json"})
    urllib.request.urlopen(request).read()


def median_of_hits(port, path, count=1000):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    times = []
    for _ in range(count):
        start = time.perf_counter()
        connection.request("GET", path, headers={"Accept": TYPE + "manifest.v1+json"})
        connection.getresponse().read()
        times.append(time.perf_counter() - start)
    return statistics.median(times[count // 4:]) * 1e6


def write(path, text):
    with open(path, "w") as file:
        file.write(text)
    return path


class Setup:
    def __init__(self, folder, mib):
        self.folder = folder
        self.size = mib << 20
        self.blob = os.path.join(folder, "blob")
        with open(self.blob, "wb") as file:
            for _ in range(mib):
                file.write(os.urandom(1 << 20))
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-keyout", folder + "/key.pem", "-out", folder + "/cert.pem", "-subj", "/CN=localhost"],
            check=True, stderr=subprocess.DEVNULL)
        self.upstream = self.registry("upstream", "")
        self.path, self.manifest = push(PORTS["upstream"], self.blob)
        self.rounds = 0

    def log(self, name):
        return os.path.join(self.folder, name + ".log")

    def blobs_asked_of_upstream(self):
        with open(self.log("upstream"), errors="replace") as log:
            return sum('"GET %s ' % self.path in line for line in log)

    def registry(self, name, more):
        config = write(
            os.path.join(self.folder, name + ".yml"),
            "version: 0.1\nlog: {level: error, accesslog: {disabled: %s}}\n"
            "storage: {filesystem: {rootdirectory: %s/%s}}\nhttp: {addr: '127.0.0.1:%d'}\n%s"
            % ("false" if name == "upstream" else "true", self.folder, name, PORTS[name], more))
        return Server(["docker-registry", "serve", config], PORTS[name], self.log(name))

    def registry_cache(self):
        shutil.rmtree(self.folder + "/registry-cache", True)
        return self.registry("registry-cache", "proxy: {remoteurl: 'http://127.0.0.1:%d'}\n" % PORTS["upstream"])

    def nginx(self):
        os.makedirs(self.folder + "/www", exist_ok=True)
        if not os.path.exists(self.folder + "/www/blob"):
            os.link(self.blob, self.folder + "/www/blob")
        config = write(
            self.folder + "/nginx.conf",
            "user root; daemon off; pid %s/nginx.pid; worker_processes 2; error_log stderr crit;\n"
            "events { worker_connections 1000; }\n"
            "http { access_log off; sendfile on; tcp_nopush on; root %s/www;\n"
            "server { listen 127.0.0.1:%d; }\nserver { listen 127.0.0.1:%d ssl; ssl_certificate %s/cert.pem;"
            " ssl_certificate_key %s/key.pem; } }\n"
            % (self.folder, self.folder, PORTS["nginx"], PORTS["nginx-tls"], self.folder, self.folder))
        return Server(["nginx", "-c", config, "-e", "stderr"], PORTS["nginx"], self.log("nginx"))

    def proxy(self):
        shutil.rmtree(self.folder + "/cache", True)
        config = write(
            self.folder + "/proxy.yml",
            "listen: 127.0.0.1:%d\nlog: access.log\ncache: {folder: cache}\ntimes: {tag: 1h}\n"
            "tls: {listen: '127.0.0.1:%d', certificate: cert.pem, key: key.pem}\n"
            "upstreams:\n  - registry: 127.0.0.1:%d\n    default: true\n"
            % (PORTS["proxy"], PORTS["proxy-tls"], PORTS["upstream"]))
        command = ["java", "-Xmx256m", "-jar", JAR, "serve", "--config", config]
        return Server(command, PORTS["proxy"], self.log("proxy"))


def say(*values):
    print(*values, flush=True)


def hot(setup, clients, rounds):
    nginx, proxy = setup.nginx(), setup.proxy()
    servers = {"nginx": (nginx, "/blob"), "upstream": (setup.upstream, setup.path), "proxy": (proxy, setup.path)}
    manifest_of(PORTS["proxy"], setup.manifest)
    load(PORTS["proxy"], setup.path, 1, setup.size)
    results = {name: [] for name in servers}
    for _ in range(rounds):
        for name, (server, path) in servers.items():
            before = server.cpu()
            seconds = load(PORTS[name], path, clients, setup.size)
            gib = clients * setup.size / (1 << 30)
            results[name].append((gib / seconds, (server.cpu() - before) / gib))
    for name, (server, _) in servers.items():
        ratios = [own[0] / other[0] for own, other in zip(results[name], results["nginx"])]
        say("hot, %d clients, %-8s: of nginx %s; CPU s/GiB %s; peak RSS %d MB" % (
            clients, name, " ".join("%.2f" % ratio for ratio in ratios),
            " ".join("%.2f" % each[1] for each in results[name]), server.peak()))
    ratios = [own[0] / other[0] for own, other in zip(results["proxy"], results["upstream"])]
    say("hot, %d clients, proxy of docker-registry: %s" % (clients, " ".join("%.2f" % ratio for ratio in ratios)))
    for server in (nginx, proxy):
        server.stop()


def cold(setup, clients, rounds):
    times, cpu = {"proxy": [], "registry-cache": []}, {"proxy": [], "registry-cache": []}
    peaks = {"proxy": 0, "registry-cache": 0}
    requests = {"proxy": [], "registry-cache": []}
    for _ in range(rounds):
        for name, start in (("proxy", setup.proxy), ("registry-cache", setup.registry_cache)):
            server = start()
            manifest_of(PORTS[name], setup.manifest)
            before, asked = server.cpu(), setup.blobs_asked_of_upstream()
            times[name].append(load(PORTS[name], setup.path, clients, setup.size))
            requests[name].append(setup.blobs_asked_of_upstream() - asked)
            cpu[name].append(server.cpu() - before)
            peaks[name] = max(peaks[name], server.peak())
            server.stop()
    say("cold, %d clients: time of docker-registry's cache %s; CPU %s; peak RSS %d and %d MB" % (
        clients, " ".join("%.2f" % (a / b) for a, b in zip(times["proxy"], times["registry-cache"])),
        " ".join("%.2f" % (a / b) for a, b in zip(cpu["proxy"], cpu["registry-cache"])),
        peaks["proxy"], peaks["registry-cache"]))
    say("cold, %d clients: GETs of the blob at the upstream: proxy %s, docker-registry's cache %s" % (
        clients, " ".join(map(str, requests["proxy"])), " ".join(map(str, requests["registry-cache"]))))


def tls(setup, rounds):
    nginx, proxy = setup.nginx(), setup.proxy()
    manifest_of(PORTS["proxy"], setup.manifest)
    load(PORTS["proxy"], setup.path, 1, setup.size)
    results = {"nginx-tls": [], "proxy-tls": []}

    def run(name, path):
        url = "https://127.0.0.1:%d%s" % (PORTS[name], path)
        start = time.monotonic()
        for curl in [subprocess.Popen(["curl", "-fsSk", "--http1.1", "-o", "/dev/null", url]) for _ in range(4)]:
            if curl.wait():
                sys.exit("curl failed")
        return time.monotonic() - start

    for _ in range(rounds + 2):  # two to warm up
        for name, path in (("nginx-tls", "/blob"), ("proxy-tls", setup.path)):
            results[name].append(run(name, path))
    ratios = [a / b for a, b in zip(results["nginx-tls"][2:], results["proxy-tls"][2:])]
    say("TLS, 4 clients: of nginx %s" % " ".join("%.2f" % ratio for ratio in ratios))
    for server in (nginx, proxy):
        server.stop()


def manifests(setup, rounds):
    proxy = setup.proxy()
    for _ in range(3):
        median_of_hits(PORTS["proxy"], setup.manifest)
    ratios, medians = [], []
    for _ in range(rounds):
        own, other = (median_of_hits(PORTS[name], setup.manifest) for name in ("proxy", "upstream"))
        ratios.append(own / other)
        medians.append((own, other))
    say("manifest hit: median of docker-registry's %s; %s" % (
        " ".join("%.2f" % ratio for ratio in ratios), " ".join("%d and %d us" % each for each in medians)))
    proxy.stop()


def flat(setup, clients, seconds):
    proxy = setup.proxy()
    manifest_of(PORTS["proxy"], setup.manifest)
    end, rss = time.monotonic() + seconds, []
    while time.monotonic() < end:
        load(PORTS["proxy"], setup.path, clients, setup.size)
        with open("/proc/%d/status" % proxy.process.pid) as status:
            rss.append(next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmRSS")))
    say("memory, %d clients again and again for %d s: RSS in MB %s, peak %d" % (
        clients, seconds, " ".join(map(str, rss)), proxy.peak()))
    proxy.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mib", type=int, default=200, help="size of the blob")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clients", type=int, nargs="+", default=[50, 200])
    parser.add_argument("--flat", type=int, default=600, metavar="SECONDS", help="how long memory is watched")
    parser.add_argument("--only", nargs="+", default=["hot", "cold", "tls", "manifests", "flat"])
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="proxy-load")
    try:
        setup = Setup(folder, options.mib)
        for clients in options.clients:
            if "hot" in options.only:
                hot(setup, clients, options.rounds)
            if "cold" in options.only:
                cold(setup, clients, options.rounds)
        if "tls" in options.only:
            tls(setup, options.rounds)
        if "manifests" in options.only:
            manifests(setup, options.rounds)
        if "flat" in options.only:
            flat(setup, max(options.clients), options.flat)
        setup.upstream.stop()
    except RuntimeError:
        subprocess.run("grep -h '\"complete\":false' %s/access.log; tail -n 5 %s/proxy.log" % (folder, folder), shell=True)
        raise
    finally:
        for server in list(SERVERS):
            server.stop()
        shutil.rmtree(folder, True)


main()
