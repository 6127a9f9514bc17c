package dev.tallyclerk.testing;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A PostgreSQL server on loopback, with the database and the user of {@link #DATABASE} and {@link #USER}. */
public final class PostgresServer implements Closeable {
    /** The name of its database. */
    public static final String DATABASE = "postgres";

    /** The user, who needs no password. */
    public static final String USER = "test";

    private final Path cluster;
    private final int port;

    private PostgresServer(Path cluster, int port) {
        this.cluster = cluster;
        this.port = port;
    }

    /** {@return a server that has started; the test is skipped where there is none} */
    public static PostgresServer start() throws IOException {
        Path bin = programs();
        Path cluster = Files.createTempDirectory("cluster");
        if (isRoot()) {
            // The server refuses to be run by root.
            Files.setPosixFilePermissions(cluster, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        run(bin.resolve("initdb"), "-D", cluster.resolve("data").toString(), "-U", USER, "-A", "trust", "-N");
        String options = "-h 127.0.0.1 -p " + port + " -k '' -F";
        run(
                bin.resolve("pg_ctl"),
                "-D",
                cluster.resolve("data").toString(),
                "-l",
                cluster.resolve("log").toString(),
                "-o",
                options,
                "-w",
                "start");
        return new PostgresServer(cluster, port);
    }

    /** {@return its port on loopback} */
    public int port() {
        return port;
    }

    private static Path programs() throws IOException {
        Path all = Path.of("/usr/lib/postgresql");
        if (Files.isDirectory(all)) {
            try (Stream<Path> versions = Files.list(all)) {
                Optional<Path> found = versions.map(version -> version.resolve("bin"))
                        .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                        .sorted()
                        .findFirst();
                if (found.isPresent()) {
                    return found.get();
                }
            }
        }
        throw Peers.missing("there is no PostgreSQL server in " + all);
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static void run(Path program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
        }
        command.add(program.toString());
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("output", ".txt");
        Process process = new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!process.waitFor(120, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command + " did not end: " + Files.readString(output));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        String printed = Files.readString(output);
        Files.delete(output);
        if (process.exitValue() != 0) {
            throw new AssertionError(command + ": " + printed);
        }
    }

    /** Also the files of the user that the server ran as, because the tests run as that user or root. */
    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(one);
            }
        }
    }

    @Override
    public void close() throws IOException {
        run(
                programs().resolve("pg_ctl"),
                "-D",
                cluster.resolve("data").toString(),
                "-m",
                "immediate",
                "stop");
        delete(cluster);
    }
}
