package dev.tallyclerk.command;

import java.time.Clock;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code tallyclerk pull}: an image from a registry, byte for byte. */
@Command(
        name = "pull",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Copies an image from a registry into a layout or an archive, and changes not a byte of it.",
            "It is copy, for those who think of images by their names. If a byte is not what the digests promise,"
                    + " what DEST had stays."
        },
        footer = {
            "",
            "Exit status: 0 pulled; 1 the image fails verification, or has no such platform; 2 it is of a kind that"
                    + " cannot be verified or that DEST cannot hold; 3 wrong use, or something could not be read or"
                    + " written."
        })
final class PullCommand extends CopyingCommand {
    @Parameters(
            index = "0",
            paramLabel = "IMAGE",
            description = "[docker://][HOST/]REPOSITORY[:TAG|@DIGEST]; without a host, Docker Hub's.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String image;

    @Parameters(
            index = "1",
            paramLabel = "DEST",
            description = {
                "oci:DIR[:REF], to which the image is added, or a new file: oci-archive:FILE[:REF] or",
                "docker-archive:FILE[:NAME], which docker load and podman load take; it is an oci-archive: too, and",
                "only as that one it has the manifest by the digest that is printed."
            })
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String destination;

    PullCommand(Terminal terminal, Clock clock) {
        super(terminal, clock);
    }

    @Override
    SourceSpec source() {
        return SourceSpec.registry(image);
    }

    @Override
    DestinationSpec destination() {
        return DestinationSpec.parse(destination);
    }
}
