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
                "REF can also be an image's ID or @N, its position."
            })
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String source;

    /** {@return the argument as it was given} */
    String text() {
        return source;
    }

    ImageLocation location() {
        return Usage.parsed(spec, () -> ImageLocation.parse(source));
    }
}
