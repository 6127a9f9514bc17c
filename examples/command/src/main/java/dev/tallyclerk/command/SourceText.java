package dev.tallyclerk.command;

import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.text.Quoted;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;

/** Parses SOURCE: the location of an image, or its bare name if nothing else can be meant. */
final class SourceText {
    /** What a location begins with, also in other tools. */
    private static final Set<String> SCHEMES = Set.of(
            "docker",
            "oci",
            "oci-archive",
            "docker-archive",
            "docker-daemon",
            "containers-storage",
            "dir",
            "sbom",
            "http",
            "https");

    /** Names that people give to files, not to images. */
    private static final List<String> ENDINGS = List.of(".tar", ".tgz", ".gz", ".zst", ".xz", ".json", ".yaml", ".yml");

    private SourceText() {}

    /**
     * {@return where the image is; a malformed text is a usage error, and a bare name is noted as what it stands for}
     */
    static ImageLocation parse(CommandSpec spec, Terminal terminal, String text) {
        return Usage.parsed(spec, () -> {
            if (EngineImage.isMeant(text)) {
                return EngineImage.parse(text, terminal).location();
            }
            Optional<Reference> name = bareName(text);
            if (name.isEmpty()) {
                return ImageLocation.parse(text);
            }
            ImageLocation location = ImageLocation.registry(text);
            String full = location.reference().orElseThrow().toString();
            if (!full.equals(text)) {
                terminal.note(text + " stands for " + full);
            }
            return location;
        });
    }

    /** {@return the name of an image in a registry, if the text can be nothing else} */
    private static Optional<Reference> bareName(String text) {
        int colon = text.indexOf(':');
        String start = colon < 0 ? text : text.substring(0, colon);
        boolean isScheme = colon >= 0 && SCHEMES.contains(start) && !start.equals("docker");
        if (isScheme || looksLikeFile(text) || exists(text) || exists(start)) {
            return Optional.empty();
        }
        if (colon >= 0) {
            refuseMistypedScheme(start);
        }
        try {
            return Optional.of(Reference.parseNormalized(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** A mistyped scheme must not become the name of an image, which anybody may own. */
    private static void refuseMistypedScheme(String start) {
        // docker:27 is an image.
        Optional<String> near = start.equals("docker") || SCHEMES.contains(start)
                ? Optional.empty()
                : Misspelling.nearest(start, SCHEMES).filter(each -> !each.equals("dir"));
        if (near.isPresent()) {
            throw new IllegalArgumentException("unknown kind of image " + Quoted.quote(start + ":") + "; did you mean "
                    + near.get() + "? For an image in a registry, write docker:// before the name");
        }
    }

    private static boolean looksLikeFile(String text) {
        String name = text.toLowerCase(Locale.ROOT);
        return ENDINGS.stream().anyMatch(name::endsWith);
    }

    private static boolean exists(String text) {
        try {
            return Files.exists(Path.of(text));
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
