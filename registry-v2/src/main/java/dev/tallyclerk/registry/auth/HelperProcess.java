package dev.tallyclerk.registry.auth;

import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.registry.auth.CredentialException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A running helper.
 *
 * <p>Its output is looked at, and taken only as far as it is there, because a read that blocks could not be ended: a
 * process that the helper has left behind may hold the pipe open for ever. A file would not block, and have the secret.
 */
final class HelperProcess {
    private static final long LOOK_MILLIS = 10;

    private final Process process;
    private final String name;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();

    private HelperProcess(Process process, String name) {
        this.process = process;
        this.name = name;
    }

    static HelperProcess start(List<String> command, Map<String, String> environment, String name)
            throws CredentialException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            return new HelperProcess(builder.start(), name);
        } catch (IOException e) {
            throw new CredentialException(Reason.HELPER_FAILED, "cannot run " + name, e);
        }
    }

    /**
     * Gives it a line, short enough for any pipe to take without a reader, and waits until it has ended.
     *
     * @return its exit value
     */
    int ask(String line, Duration timeout, Cancellation cancellation, int maxBytes) throws CredentialException {
        long start = System.nanoTime();
        try {
            tell(line);
            while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                take(maxBytes);
                if (cancellation.isCancelled()) {
                    throw new CredentialException(Reason.CANCELLED, "cancelled while " + name + " was running");
                }
                if (Duration.ofNanos(System.nanoTime() - start).compareTo(timeout) > 0) {
                    throw new CredentialException(
                            Reason.HELPER_TIMED_OUT,
                            name + " has not answered within " + timeout.toMillis() / 1000.0 + " s");
                }
            }
            take(maxBytes);
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CredentialException(Reason.INTERRUPTED, "interrupted while " + name + " was running", e);
        } finally {
            end();
        }
    }

    /** {@return what it has said} */
    byte[] output() {
        return output.toByteArray();
    }

    private void tell(String line) {
        try (OutputStream in = process.getOutputStream()) {
            in.write(line.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // A helper may end without reading; how it ended says what that meant.
        }
    }

    private void take(int maxBytes) throws CredentialException {
        byte[] buffer = new byte[4096];
        try {
            InputStream in = process.getInputStream();
            while (in.available() > 0) {
                int read = in.read(buffer, 0, Math.min(buffer.length, in.available()));
                if (read < 0) {
                    return;
                }
                output.write(buffer, 0, read);
                if (output.size() > maxBytes) {
                    throw new CredentialException(
                            Reason.HELPER_MALFORMED_ANSWER,
                            "the answer of " + name + " has more than " + maxBytes + " bytes");
                }
            }
        } catch (CredentialException e) {
            throw e;
        } catch (IOException e) {
            throw new CredentialException(Reason.HELPER_FAILED, "cannot read what " + name + " says", e);
        }
    }

    /** Ends it and what it has started, if it has not ended by itself; what it left behind then is its own matter. */
    private void end() {
        if (process.isAlive()) {
            List<ProcessHandle> descendants = process.descendants().toList(); // the dead have none
            process.destroyForcibly();
            descendants.forEach(ProcessHandle::destroyForcibly);
        }
    }
}
