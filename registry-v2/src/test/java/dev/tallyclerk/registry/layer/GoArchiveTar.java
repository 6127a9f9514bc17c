package dev.tallyclerk.registry.layer;

import dev.tallyclerk.testing.Peers;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Go's archive/tar, which engines read layers with, in a process that answers one archive after the other. */
final class GoArchiveTar implements Closeable {
    private static final String PROGRAM = "archive-tar/main.go";

    private final Process process;
    private final DataOutputStream in;
    private final BufferedReader out;

    private GoArchiveTar(Process process) {
        this.process = process;
        this.in = new DataOutputStream(process.getOutputStream());
        this.out = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Compiles the program in {@code folder} and starts it, or skips the running test where there is no Go. */
    static GoArchiveTar start(Path folder) throws IOException, InterruptedException {
        Path go = Peers.require("go");
        Path source = folder.resolve("main.go");
        try (InputStream program = Objects.requireNonNull(GoArchiveTar.class.getResourceAsStream(PROGRAM), PROGRAM)) {
            Files.copy(program, source);
        }
        Path binary = folder.resolve("archive-tar");
        Peers.run(folder, go.toString(), "build", "-o", binary.toString(), source.toString());
        return new GoArchiveTar(new ProcessBuilder(binary.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /**
     * What Go makes of an archive.
     *
     * @param entries a line for each entry that it read
     * @param error why it read no more, or an empty string at the archive's end
     */
    record Answer(List<String> entries, String error) {
        boolean isAccepted() {
            return error.isEmpty();
        }
    }

    Answer read(byte[] tar) {
        try {
            in.writeInt(tar.length);
            in.write(tar);
            in.flush();
            List<String> entries = new ArrayList<>();
            while (true) {
                String line = Objects.requireNonNull(out.readLine(), "the program has ended");
                if (line.equals("end")) {
                    return new Answer(entries, "");
                }
                if (line.startsWith("error ")) {
                    return new Answer(entries, line);
                }
                entries.add(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
        process.destroy();
    }
}
