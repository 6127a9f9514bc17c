package dev.tallyclerk.examples.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

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
    void endsACommandWhoseRegistryIsSilent() throws IOException, InterruptedException {
        var err = new ByteArrayOutputStream();
        var status = new AtomicInteger(-1);
        var terminal = new CompletableFuture<Terminal>();
        try (ServerSocket registry = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread command = new Thread(() -> {
                Terminal own = Terminal.of(
                        Map.of("HOME", "/nonexistent"),
                        InputStream.nullInputStream(),
                        new PrintStream(OutputStream.nullOutputStream(), true, UTF_8),
                        new PrintStream(err, true, UTF_8),
                        UTF_8);
                terminal.complete(own);
                try {
                    status.set(Launcher.run(
                            own,
                            Clock.systemUTC(),
                            "verify",
                            "docker://127.0.0.1:" + registry.getLocalPort() + "/a:1"));
                } finally {
                    own.interruption().ended();
                }
            });
            command.start();
            try (Socket connection = registry.accept()) {
                assertEquals('G', connection.getInputStream().read());
                terminal.join().interruption().run();
                assertEquals(ExitCode.ERROR, status.get());
            }
            command.join();
        }
        assertEquals("tallyclerk: interrupted\n", err.toString(UTF_8));
    }
}
