package dev.tallyclerk.command;

import dev.tallyclerk.registry.location.ImageLocation;
import java.time.Clock;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code tallyclerk copy}: copies an image byte for byte. */
@Command(
        name = "copy",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Copies an image byte for byte.",
            "Checks the digest of every manifest and blob while copying. If one does not match, DEST"
                    + " keeps what it had. Does not decide whether the image is safe to load: see verify."
        },
        footer = {
            "",
            "Exit status: 0 copied; 1 the image is malformed or does not match its digests, or has"
                    + " no such platform; 2 it cannot be verified, or DEST cannot hold it; 3 usage error, or"
                    + " reading or writing failed; 4 registry or network error."
        })
final class CopyCommand extends CopyingCommand {
    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private SourceArgument source;

    @Parameters(
            index = "1",
            paramLabel = "DEST",
            description = {
                "docker://HOST/REPOSITORY[:TAG]; oci:DIR[:REF], to which the image is added; or a new file:",
                "oci-archive:FILE[:REF] or docker-archive:FILE[:NAME]. docker load and podman load read a",
                "docker-archive: file. Read the same file as oci-archive: to find the manifest by the digest",
                "that is printed."
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
    ImageLocation source(Terminal terminal) {
        return source.location(terminal);
    }

    @Override
    DestinationSpec destination() {
        return DestinationSpec.parse(destination);
    }
}
