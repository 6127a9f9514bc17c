package dev.tallyclerk.trust.tuf;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonLimits;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The client of python-tuf in a process of its own. Without it the tests are skipped, and say so; with
 * {@code -Dtallyclerk.peers=required} they fail instead.
 */
final class PythonTuf implements Closeable {
    private static final String REQUIRED = "tallyclerk.peers";

    private final Process process;
    private final Writer in;
    private final BufferedReader out;

    private PythonTuf(Process process) {
        this.process = process;
        this.in = process.outputWriter(StandardCharsets.UTF_8);
        this.out = process.inputReader(StandardCharsets.UTF_8);
    }

    static PythonTuf require() throws Exception {
        Optional<Path> python = find();
        if (python.isEmpty()) {
            String message = "no python3 on the PATH has python-tuf";
            if ("required".equals(System.getProperty(REQUIRED))) {
                return fail(message + ", and -D" + REQUIRED + "=required is set");
            }
            // Loud, because a report that counts skipped tests does not say why.
            System.err.println("SKIPPED: " + message);
            return abort("SKIPPED: " + message);
        }
        Path script = Path.of(Objects.requireNonNull(PythonTuf.class.getResource("/testdata/tuf/peer/python_client.py"))
                .toURI());
        return new PythonTuf(new ProcessBuilder(python.get().toString(), script.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    private static Optional<Path> find() throws Exception {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            Path candidate = Path.of(folder, "python3");
            if (Files.isExecutable(candidate)) {
                Process process = new ProcessBuilder(candidate.toString(), "-c", "import tuf.ngclient")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
                if (process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0) {
                    return Optional.of(candidate);
                }
                process.destroyForcibly();
            }
        }
        return Optional.empty();
    }

    JsonCursor run(Map<String, Object> question) throws Exception {
        in.write(JsonText.of(question) + "\n");
        in.flush();
        String line = out.readLine();
        if (line == null) {
            throw new IOException("the peer has ended");
        }
        return JsonCursor.parse(line.getBytes(StandardCharsets.UTF_8), JsonLimits.ofBytes(1_000_000));
    }

    @Override
    public void close() throws IOException {
        in.close();
        process.destroy();
    }
}
