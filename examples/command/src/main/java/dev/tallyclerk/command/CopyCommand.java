package dev.tallyclerk.command;

import java.time.Clock;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code tallyclerk copy}: an image from one place to another, byte for byte. */
@Command(
        name = "copy",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Copies an image, and changes not a byte of it.",
            "Every manifest and blob is compared with the digest that leads to it while it is copied. If one"
                    + " fails verification, DEST stays as it was. Whether the image is safe to load is for verify to say."
        },
        footer = {
            "",
            "Exit status: 0 copied; 1 the image fails verification, or has no such platform; 2 it is of a kind that"
                    + " cannot be verified or that DEST cannot hold; 3 wrong use, or something could not be read or"
                    + " written."
        })
final class CopyCommand extends CopyingCommand {
    @Parameters(
            index = "0",
            paramLabel = "SOURCE",
            description = {
                "docker://HOST/REPOSITORY[:TAG|@DIGEST], oci:DIR[:REF], oci-archive:FILE[:REF] or",
                "docker-archive:FILE[:REF]; @DIGEST may stand for :REF in the OCI layouts, and",
                "the image's ID or @N, its place, for REF in a docker archive."
            })
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String source;

    @Parameters(
            index = "1",
            paramLabel = "DEST",
            description = {
                "docker://HOST/REPOSITORY[:TAG]; oci:DIR[:REF], to which the image is added; or a new file:",
                "oci-archive:FILE[:REF] or docker-archive:FILE[:NAME], which docker load and podman load take; it is an oci-archive: too, and",
                "only as that one it has the manifest by the digest that is printed."
            })
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String destination;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private UploadOptions uploads;

    CopyCommand(Terminal terminal, Clock clock) {
        super(terminal, clock);
    }

    @Override
    Optional<UploadOptions> uploads() {
        return Optional.of(uploads);
    }

    @Override
    SourceSpec source() {
        return SourceSpec.parse(source);
    }

    @Override
    DestinationSpec destination() {
        return DestinationSpec.parse(destination);
    }
}
