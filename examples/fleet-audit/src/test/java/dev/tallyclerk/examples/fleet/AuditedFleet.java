package dev.tallyclerk.examples.fleet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs of the program in a folder, and what they wrote. */
final class AuditedFleet {
    private final Path folder;
    private final ByteArrayOutputStream progress = new ByteArrayOutputStream();

    AuditedFleet(Path folder) {
        this.folder = folder;
    }

    /** {@return the exit status} */
    int audit(String... sourcesAndOptions) {
        progress.reset();
        List<String> all = new ArrayList<>(List.of("audit"));
        all.addAll(List.of(sourcesAndOptions));
        all.addAll(List.of("--state", state().toString(), "--output", output().toString()));
        return Main.run(new PrintStream(progress, true, StandardCharsets.UTF_8), all.toArray(String[]::new));
    }

    /** {@return the exit status of an audit of a whole registry} */
    int auditAll(SyntheticRegistry registry) {
        return audit("docker://" + registry.host(), "--plain-http-for", registry.host());
    }

    Path state() {
        return folder.resolve("state");
    }

    Path output() {
        return folder.resolve("out");
    }

    String progress() {
        return progress.toString(StandardCharsets.UTF_8);
    }

    List<String> lines() throws IOException {
        return Files.readAllLines(output().resolve("images.jsonl"));
    }

    String page() throws IOException {
        return Files.readString(output().resolve("summary.html"));
    }

    /** {@return the line of an image} */
    String line(String name) throws IOException {
        String begin = "{" + new Json().member("image", name) + ",";
        return lines().stream()
                .filter(line -> line.startsWith(begin))
                .findFirst()
                .orElseThrow(() -> new IOException("no line of " + name));
    }

    String decision(String name) throws IOException {
        return line(name).replaceAll(".*?\"decision\":\"([a-z]+)\".*", "$1");
    }
}
