package dev.tallyclerk.registry.filesystem;

import static org.junit.jupiter.api.Assertions.fail;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.testing.Peers;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** umoci, podman and containerd, each with a store of its own in a folder of the test. Needs root. */
public final class Engines implements Closeable {
    private static final String BASE = "corpus";
    private static final String SOCKET = "c.sock";
    private static final int MOST_TRIES = 300;

    private final Path folder;
    private final Process containerd;
    private final List<String> podman;
    private final List<String> ctr;
    private Path layout = Path.of("");
    private final Map<String, String> podmanIds = new HashMap<>();
    private final Map<String, String> podmanErrors = new HashMap<>();
    private final Map<String, String> podmanMounts = new HashMap<>();

    private Engines(Path folder) throws IOException {
        this.folder = folder;
        Path config = folder.resolve("containerd.toml");
        Files.writeString(config, "version = 2\ndisabled_plugins = [\"io.containerd.grpc.v1.cri\"]\n");
        String socket = folder.resolve(SOCKET).toString();
        podman = List.of(
                Peers.require("podman").toString(),
                "--root=" + folder.resolve("podman"),
                "--runroot=" + folder.resolve("podman-run"),
                "--storage-driver=vfs",
                "--events-backend=none");
        ctr = List.of(Peers.require("ctr").toString(), "--address=" + socket);
        containerd = new ProcessBuilder(
                        Peers.require("containerd").toString(),
                        "--config=" + config,
                        "--root=" + folder.resolve("containerd"),
                        "--state=" + folder.resolve("containerd-state"),
                        "--address=" + socket)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("containerd.log").toFile())
                .start();
    }

    public static Engines start(Path folder) throws IOException, InterruptedException {
        if (!"root".equals(System.getProperty("user.name"))) {
            throw Peers.skip("engines are not root here");
        }
        Peers.require("umoci");
        Engines engines = new Engines(folder);
        engines.awaitSocket();
        // The socket is there before the services behind it answer.
        for (int i = 0; !engines.run(with(engines.ctr, "version")).isOk(); i++) {
            engines.requireStarting(i < MOST_TRIES);
        }
        return engines;
    }

    private void awaitSocket() throws IOException, InterruptedException {
        try (WatchService created = folder.getFileSystem().newWatchService()) {
            folder.register(created, StandardWatchEventKinds.ENTRY_CREATE);
            for (int i = 0; !Files.exists(folder.resolve(SOCKET)); i++) {
                requireStarting(i < MOST_TRIES);
                WatchKey key = created.poll(1, TimeUnit.SECONDS);
                if (key != null) {
                    // A key with events is signalled at once again.
                    key.pollEvents();
                    key.reset();
                }
            }
        }
    }

    private void requireStarting(boolean mayWait) throws IOException, InterruptedException {
        if (!containerd.isAlive() || !mayWait) {
            close();
            fail(Files.readString(folder.resolve("containerd.log")));
        }
    }

    /** A program's end. */
    record Ended(int status, String out, String err) {
        boolean isOk() {
            return status == 0;
        }

        /** {@return the last line of the complaint} */
        String complaint() {
            String[] lines = err.strip().split("\n", -1);
            return lines[lines.length - 1];
        }
    }

    Ended run(List<String> command) throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "out", "");
        Path err = Files.createTempFile(folder, "err", "");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            fail(command + " did not end");
        }
        Ended ended = new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
        Files.delete(out);
        Files.delete(err);
        return ended;
    }

    static List<String> with(List<String> command, String... arguments) {
        List<String> whole = new ArrayList<>(command);
        whole.addAll(List.of(arguments));
        return whole;
    }

    List<String> podman(String... arguments) {
        return with(podman, arguments);
    }

    /**
     * What an engine makes of an image.
     *
     * @param error why it made nothing, or an empty text
     */
    record Loaded(Map<String, String> tree, String error) {}

    /** Loads all images of a layout, into podman beside the others. */
    Map<String, Map<String, Loaded>> load(CorpusLayout corpus) throws IOException, InterruptedException, JsonException {
        layout = corpus.write();
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            Future<?> pulling = executor.submit(() -> {
                loadPodman(corpus);
                return null;
            });
            importAll();
            Map<String, Map<String, Loaded>> loaded = new TreeMap<>();
            for (String name : corpus.names()) {
                Map<String, Loaded> each = new TreeMap<>();
                if (!corpus.isDocker(name)) {
                    each.put("umoci", umoci(name));
                }
                each.put("containerd", containerd(name));
                loaded.put(name, each);
            }
            pulling.get();
            for (Map.Entry<String, Map<String, Loaded>> each : loaded.entrySet()) {
                each.getValue().put("podman", podman(each.getKey()));
            }
            return loaded;
        } catch (ExecutionException e) {
            throw new IOException(e);
        } finally {
            executor.shutdownNow();
        }
    }

    private void loadPodman(CorpusLayout corpus) throws IOException, InterruptedException, JsonException {
        Path policy = folder.resolve("policy.json");
        Files.writeString(policy, "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
        for (String name : corpus.names()) {
            String source = corpus.isDocker(name)
                    ? "dir:" + corpus.writeFolder(name, folder.resolve("dir-" + name))
                    : "oci:" + layout + ":" + name;
            Ended pulled = run(podman("pull", "-q", "--signature-policy=" + policy, source));
            if (pulled.isOk()) {
                String[] lines = pulled.out().strip().split("\n", -1);
                podmanIds.put(name, lines[lines.length - 1]);
            } else {
                podmanErrors.put(name, pulled.complaint());
            }
        }
        require(run(podman("image", "mount", "--all")));
        String mounts = require(run(podman("image", "mount", "--format=json"))).out();
        for (JsonCursor mount : JsonCursor.parse(mounts.getBytes(StandardCharsets.UTF_8), JsonLimits.ofBytes(1 << 24))
                .elements()) {
            podmanMounts.put(
                    mount.required("id").string(), mount.required("mountpoint").string());
        }
    }

    private void importAll() throws IOException, InterruptedException {
        Path archive = folder.resolve("layout.tar");
        require(run(List.of("tar", "-C", layout.toString(), "-cf", archive.toString(), ".")));
        require(run(with(
                ctr,
                "images",
                "import",
                "--local",
                "--no-unpack",
                "--all-platforms",
                "--base-name=" + BASE,
                archive.toString())));
    }

    private static Ended require(Ended ended) {
        return ended.isOk() ? ended : fail(ended.toString());
    }

    private Loaded umoci(String name) throws IOException, InterruptedException {
        Path bundle = folder.resolve("umoci-" + name);
        Ended unpacked = run(List.of("umoci", "unpack", "--image", layout + ":" + name, bundle.toString()));
        return unpacked.isOk()
                ? new Loaded(describe(bundle.resolve("rootfs")), "")
                : new Loaded(Map.of(), unpacked.complaint());
    }

    private Loaded podman(String name) throws IOException {
        String id = podmanIds.get(name);
        return id == null
                ? new Loaded(Map.of(), podmanErrors.getOrDefault(name, ""))
                : new Loaded(describe(Path.of(podmanMounts.getOrDefault(id, "not mounted"))), "");
    }

    private Loaded containerd(String name) throws IOException, InterruptedException {
        Path mount = Files.createDirectories(folder.resolve("mount-" + name));
        String image = BASE + ":" + name;
        Ended mounted = run(with(
                ctr, "images", "mount", "--snapshotter=native", "--platform=linux/amd64", image, mount.toString()));
        if (!mounted.isOk()) {
            return new Loaded(Map.of(), mounted.complaint());
        }
        try {
            return new Loaded(describe(mount), "");
        } finally {
            require(run(with(ctr, "images", "unmount", mount.toString())));
        }
    }

    /**
     * {@return the name of the only file in the image that containerd takes from an index}
     *
     * @param index a layout with the index under the name 1
     * @param name a name for the image that was not used before
     */
    public String fileOfContainerd(Path index, String platform, String name) throws IOException, InterruptedException {
        Path archive = folder.resolve(name + ".tar");
        require(run(List.of("tar", "-C", index.toString(), "-cf", archive.toString(), ".")));
        require(run(with(
                ctr,
                "images",
                "import",
                "--local",
                "--no-unpack",
                "--all-platforms",
                "--base-name=" + name,
                archive.toString())));
        Path mount = Files.createDirectories(folder.resolve("mount-" + name));
        require(run(with(
                ctr,
                "images",
                "mount",
                "--snapshotter=native",
                "--platform=" + platform,
                name + ":1",
                mount.toString())));
        try (Stream<Path> files = Files.list(mount)) {
            return files.findFirst().orElseThrow().getFileName().toString();
        } finally {
            require(run(with(ctr, "images", "unmount", mount.toString())));
        }
    }

    /** {@return what is below a folder: by path, type, mode, owner, and content, target or device} */
    static Map<String, String> describe(Path root) throws IOException {
        Map<String, String> tree = new TreeMap<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                if (!directory.equals(root)) {
                    add(directory, attributes);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                add(file, attributes);
                return FileVisitResult.CONTINUE;
            }

            private void add(Path file, BasicFileAttributes attributes) throws IOException {
                String path = file.toUri()
                        .getRawPath()
                        .substring(root.toUri().getRawPath().length());
                tree.put(path.endsWith("/") ? path.substring(0, path.length() - 1) : path, line(file, attributes));
            }
        });
        return tree;
    }

    private static String line(Path file, BasicFileAttributes attributes) throws IOException {
        Map<String, Object> unix = Files.readAttributes(file, "unix:mode,uid,gid,rdev", LinkOption.NOFOLLOW_LINKS);
        String owner = " " + unix.get("uid") + ":" + unix.get("gid");
        if (attributes.isSymbolicLink()) {
            return "link" + owner + " -> " + Files.readSymbolicLink(file);
        }
        String line = Integer.toOctalString((Integer) Objects.requireNonNull(unix.get("mode"))) + owner;
        if (attributes.isRegularFile()) {
            return line + " " + attributes.size() + " "
                    + Digest.sha256Of(Files.readAllBytes(file)).encoded().substring(0, 12);
        }
        return attributes.isOther() ? line + " " + unix.get("rdev") : line;
    }

    @Override
    public void close() {
        try {
            run(podman("image", "umount", "--all"));
        } catch (IOException e) {
            // The folder goes with its mounts.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        containerd.destroy();
        try {
            containerd.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
