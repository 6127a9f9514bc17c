package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.testing.Peers;
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
public final class PythonTuf implements Closeable {
    private final Process process;
    private final Writer in;
    private final BufferedReader out;

    private PythonTuf(Process process) {
        this.process = process;
        this.in = process.outputWriter(StandardCharsets.UTF_8);
        this.out = process.inputReader(StandardCharsets.UTF_8);
    }

    public static PythonTuf require() throws Exception {
        Optional<Path> python = find();
        if (python.isEmpty()) {
            throw Peers.missing("no python3 on the PATH has python-tuf");
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

    @SuppressWarnings("exports")
    public JsonCursor run(Map<String, Object> question) throws Exception {
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
