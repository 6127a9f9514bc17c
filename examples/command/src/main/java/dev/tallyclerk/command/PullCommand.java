package dev.tallyclerk.command;

import dev.tallyclerk.registry.location.ImageLocation;
import java.time.Clock;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code tallyclerk pull}: pulls an image from a registry byte for byte. */
@Command(
        name = "pull",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Pulls an image from a registry into a layout or an archive, byte for byte.",
            "Like copy, with an image's name for SOURCE. If content does not match its digest, DEST"
                    + " keeps what it had."
        },
        footer = {
            "",
            "Exit status: 0 pulled; 1 the image is malformed or does not match its digests, or has"
                    + " no such platform; 2 it cannot be verified, or DEST cannot hold it; 3 usage error, or"
                    + " reading or writing failed; 4 registry or network error."
        })
final class PullCommand extends CopyingCommand {
    @Parameters(
            index = "0",
            paramLabel = "IMAGE",
            description = "[docker://][HOST/]REPOSITORY[:TAG|@DIGEST]; without HOST, Docker Hub.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String image;

    @Parameters(
            index = "1",
            paramLabel = "DEST",
            description = {
                "oci:DIR[:REF], to which the image is added, or a new file:",
                "oci-archive:FILE[:REF] or docker-archive:FILE[:NAME]. docker load and podman load read a",
                "docker-archive: file. Read the same file as oci-archive: to find the manifest by the digest",
                "that is printed."
            })
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String destination;

    PullCommand(Terminal terminal, Clock clock) {
        super(terminal, clock);
    }

    @Override
    ImageLocation source(Terminal terminal) {
        return ImageLocation.registry(image);
    }

    @Override
    DestinationSpec destination() {
        return DestinationSpec.parse(destination);
    }
}
