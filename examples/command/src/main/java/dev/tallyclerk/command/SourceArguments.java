package dev.tallyclerk.command;

import dev.tallyclerk.registry.location.ImageLocation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

/** The images that a command is about. */
final class SourceArguments {
    @Parameters(
            paramLabel = "SOURCE",
            arity = "0..*",
            description = {
                "docker://HOST/REPOSITORY[:TAG|@DIGEST], oci:DIR[:REF], oci-archive:FILE[:REF] or",
                "docker-archive:FILE[:REF], docker-daemon:NAME or containers-storage:NAME; a name alone, such as",
                "alpine:3.20, is that of an image in a registry;",
                "or sbom:FILE, for the packages that a bill of materials claims."
            })
    private List<String> sources = List.of();

    /** {@return the sources as they were given, those of the command line first, each once} */
    Set<String> all(Collection<String> more) {
        Set<String> all = new LinkedHashSet<>(sources);
        all.addAll(more);
        return all;
    }

    static List<ImageLocation> parsed(CommandSpec spec, Terminal terminal, Collection<String> sources) {
        List<ImageLocation> locations = new ArrayList<>();
        for (String source : new LinkedHashSet<>(sources)) {
            locations.add(SourceText.parse(spec, terminal, source));
        }
        return locations;
    }
}
