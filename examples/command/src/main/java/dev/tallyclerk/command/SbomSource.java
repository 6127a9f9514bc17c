package dev.tallyclerk.command;

import dev.tallyclerk.registry.sbom.Sbom;
import dev.tallyclerk.registry.sbom.SbomException;
import dev.tallyclerk.registry.sbom.SbomReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/** The source {@code sbom:FILE}: a bill of materials in place of an image. */
final class SbomSource {
    private static final String PREFIX = "sbom:";

    private SbomSource() {}

    /** {@return the file of a source; empty if the source is an image} */
    static Optional<Path> file(CommandSpec spec, String source) {
        if (!source.startsWith(PREFIX)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Path.of(source.substring(PREFIX.length())));
        } catch (InvalidPathException e) {
            throw Usage.error(spec, "not a path: " + source);
        }
    }

    /** {@return the bill of materials in a file} */
    static Sbom open(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException(file + " is a folder; give the file of a bill of materials");
        }
        try {
            return SbomReader.create().open(file);
        } catch (SbomException e) {
            throw new IOException(file + ": " + Messages.of(e), e);
        }
    }
}
