package dev.tallyclerk.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InterruptionTest {
    @Test
    void waitsUntilACommandThatIsEndedHasCleanedUp() throws InterruptedException {
        AtomicBoolean cleaned = new AtomicBoolean();
        CountDownLatch never = new CountDownLatch(1);
        Interruption[] interruption = new Interruption[1];
        Thread worker = new Thread(() -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                cleaned.set(true);
            } finally {
                interruption[0].ended();
            }
        });
        interruption[0] = new Interruption(worker);
        worker.start();
        interruption[0].run();
        assertTrue(cleaned.get());
        worker.join();
    }

    @Test
    void leavesACommandAloneThatHasEnded() {
        Interruption interruption = new Interruption(Thread.currentThread());
        interruption.ended();
        interruption.run();
        assertFalse(Thread.currentThread().isInterrupted());
    }

    @Test
    void endsAWaitThatBeginsTooLate() {
        Interruption interruption = new Interruption(new Thread(() -> {}));
        AtomicBoolean before = new AtomicBoolean();
        interruption.ends(() -> {
            before.set(true);
            interruption.ended();
        });
        interruption.run();
        assertTrue(before.get());
        AtomicBoolean after = new AtomicBoolean();
        interruption.ends(() -> after.set(true));
        assertTrue(after.get());
    }

    @Test
    void endsACommandWhoseRegistryIsSilent() throws Exception {
        var status = new AtomicInteger(-1);
        var err = new ByteArrayOutputStream();
        var command = new CompletableFuture<Terminal>();
        Thread thread;
        try (ServerSocket registry = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            thread = start(command, status, err, "verify", "docker://127.0.0.1:" + registry.getLocalPort() + "/a:1");
            try (Socket connection = registry.accept()) {
                assertEquals('G', connection.getInputStream().read());
                command.join().interruption().run();
                assertEquals(ExitCode.ERROR, status.get());
                assertEquals("tallyclerk: interrupted\n", err.toString(UTF_8));
            }
        }
        thread.join();
    }

    @Test
    void leavesARefreshWhoseRepositoryIsSilent(@TempDir Path folder) throws Exception {
        try (TufRepository other = new TufRepository()) {
            Files.write(folder.resolve("root.json"), other.file("1.root.json"));
        }
        var err = new ByteArrayOutputStream();
        var command = new CompletableFuture<Terminal>();
        Thread thread;
        try (ServerSocket repository = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String url = "http://127.0.0.1:" + repository.getLocalPort();
            thread = start(
                    command,
                    new AtomicInteger(),
                    err,
                    "tuf",
                    "--metadata-url",
                    url,
                    "--metadata-dir",
                    folder.toString(),
                    "refresh");
            try (Socket connection = repository.accept()) {
                assertEquals('G', connection.getInputStream().read());
                command.join().interruption().run();
                assertEquals("tallyclerk: interrupted\n", err.toString(UTF_8));
            }
        }
        thread.join();
        assertEquals("tallyclerk: interrupted\n", err.toString(UTF_8));
    }

    /** Runs the command in a thread of its own, which the terminal's interruption interrupts. */
    private static Thread start(
            CompletableFuture<Terminal> terminal, AtomicInteger status, OutputStream err, String... args) {
        Thread thread = new Thread(() -> {
            Terminal own = Terminal.of(
                    Map.of("HOME", "/nonexistent"),
                    InputStream.nullInputStream(),
                    new PrintStream(OutputStream.nullOutputStream(), true, UTF_8),
                    new PrintStream(err, true, UTF_8),
                    UTF_8);
            terminal.complete(own);
            try {
                status.set(Launcher.run(own, Clock.systemUTC(), args));
            } finally {
                own.interruption().ended();
            }
        });
        thread.start();
        return thread;
    }
}
