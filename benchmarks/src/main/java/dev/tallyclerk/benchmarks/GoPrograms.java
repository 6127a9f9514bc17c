package dev.tallyclerk.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Go programs, built with Debian's compiler and libraries. */
final class GoPrograms {
    private GoPrograms() {}

    /** {@return a program built from one of our sources, or empty if Go or a library is missing} */
    static Optional<String> build(String source, Path folder) throws IOException, InterruptedException {
        Path copy = folder.resolve(source);
        try (InputStream in = GoPrograms.class.getResourceAsStream("/go/" + source)) {
            Files.copy(Objects.requireNonNull(in), copy);
        }
        return build(copy.toString(), folder.resolve(source.replace(".go", "")), folder);
    }

    /** {@return crane from the PATH, or built; empty if Go or go-containerregistry is missing} */
    static Optional<String> crane(Path folder) throws IOException, InterruptedException {
        if (Processes.has("crane")) {
            return Optional.of("crane");
        }
        return build("github.com/google/go-containerregistry/cmd/crane", folder.resolve("crane"), folder);
    }

    private static Optional<String> build(String what, Path program, Path folder) throws InterruptedException {
        if (!Processes.has("go")) {
            return Optional.empty();
        }
        try {
            Processes.output(List.of(
                    "bash",
                    "-c",
                    "cd " + folder + " && GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=" + folder
                            + "/cache go build -o " + program + " " + what));
            return Optional.of(program.toString());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
