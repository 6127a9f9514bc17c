package dev.tallyclerk.registry.auth;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Credential helpers of a few lines of shell. */
final class HelperScript {
    private HelperScript() {}

    /** Writes {@code docker-credential-NAME} into a folder and returns it. */
    static Path write(Path folder, String name, String body) throws IOException {
        Path shell = Path.of("/bin/sh");
        assumeTrue(Files.isExecutable(shell), "there is no shell");
        Path script = Files.writeString(folder.resolve("docker-credential-" + name), "#!" + shell + "\n" + body + "\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }
}
