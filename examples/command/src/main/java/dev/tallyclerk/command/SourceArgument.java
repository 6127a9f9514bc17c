package dev.tallyclerk.command;

import dev.tallyclerk.registry.location.ImageLocation;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The image that a command is about. */
final class SourceArgument {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "SOURCE",
            description = {
                "docker://HOST/REPOSITORY[:TAG|@DIGEST], oci:DIR[:REF], oci-archive:FILE[:REF] or",
                "docker-archive:FILE[:REF]. In OCI layouts, @DIGEST can replace :REF. In docker archives,",
                "REF can also be an image's ID or @N, its position. Or an image of an engine on this machine:",
                "docker-daemon:NAME or, for Podman, containers-storage:NAME. A name alone, such as alpine:3.20,",
                "is that of an image in a registry; without HOST/, in Docker Hub."
            })
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String source;

    /** {@return the argument as it was given} */
    String text() {
        return source;
    }

    ImageLocation location(Terminal terminal) {
        return SourceText.parse(spec, terminal, source);
    }
}
