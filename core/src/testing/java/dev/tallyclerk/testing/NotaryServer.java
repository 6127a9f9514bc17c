package dev.tallyclerk.testing;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A real Notary v1 server, whose collections are in memory, and the original client. */
public final class NotaryServer implements Closeable {
    /** The server logs this once its port accepts connections. */
    private static final String LISTENS = "Starting on ";

    private final Path folder;
    private final String client;
    private final Process server;
    private final int port;

    private NotaryServer(Path folder, String client, Process server, int port) {
        this.folder = folder;
        this.client = client;
        this.server = server;
        this.port = port;
    }

    /** {@return a server that has started; the client keeps its keys in the folder} */
    public static NotaryServer start(Path folder) throws IOException {
        String client = Peers.require("notary").toString();
        String program = Peers.require("notary-server").toString();
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path config = Files.writeString(
                folder.resolve("server.json"),
                "{\"server\":{\"http_addr\":\"127.0.0.1:" + port + "\"},"
                        + "\"trust_service\":{\"type\":\"local\",\"key_algorithm\":\"ed25519\"},"
                        + "\"logging\":{\"level\":\"info\"},\"storage\":{\"backend\":\"memory\"}}");
        Process server = new ProcessBuilder(program, "-config", config.toString())
                .redirectErrorStream(true)
                .start();
        BufferedReader log = server.inputReader(StandardCharsets.UTF_8);
        StringBuilder printed = new StringBuilder();
        String line = "";
        while (!line.contains(LISTENS)) {
            line = log.readLine();
            if (line == null) {
                throw new AssertionError("the server did not start: " + printed);
            }
            printed.append(line).append('\n');
        }
        drain(log);
        return new NotaryServer(folder, client, server, port);
    }

    /** A server whose log nobody reads would wait for a reader. */
    private static void drain(BufferedReader log) {
        Thread thread = new Thread(() -> log.lines().forEach(line -> {}), "log of notary-server");
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((ended, failure) -> {
            // The pipe of a server that was stopped is closed.
        });
        thread.start();
    }

    /** {@return its host and port} */
    public String host() {
        return "127.0.0.1:" + port;
    }

    /** {@return its address} */
    public URI address() {
        return URI.create("http://" + host());
    }

    /** {@return what the client prints, which is expected to succeed} */
    public String run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                client, "-s", address().toString(), "-d", folder.resolve("trust").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment()
                .putAll(Map.of(
                        "NOTARY_ROOT_PASSPHRASE", "passphrase",
                        "NOTARY_TARGETS_PASSPHRASE", "passphrase",
                        "NOTARY_SNAPSHOT_PASSPHRASE", "passphrase",
                        "NOTARY_DELEGATION_PASSPHRASE", "passphrase"));
        File output = folder.resolve("output").toFile();
        Files.writeString(folder.resolve("input"), "yes\n");
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(output)
                .redirectInput(folder.resolve("input").toFile())
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(command + " did not end");
        }
        String printed = Files.readString(output.toPath(), StandardCharsets.UTF_8);
        if (process.exitValue() != 0) {
            throw new AssertionError(command + ": " + printed);
        }
        return printed;
    }

    @Override
    public void close() {
        server.destroyForcibly();
    }
}
