package dev.tallyclerk.command;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;

/** {@code tallyclerk push}: an image into a registry, byte for byte. */
@Command(
        name = "push",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Copies an image into a registry, and changes not a byte of it.",
            "It is copy, for those who think of images by their names. The name stands for the image only when all"
                    + " of it is there."
        },
        footer = {
            "",
            "Exit status: 0 pushed; 1 the image fails verification, or has no such platform; 2 it is of a kind that"
                    + " cannot be verified; 3 wrong use, or something could not be read or written."
        })
final class PushCommand extends CopyingCommand {
    @Parameters(
            index = "0",
            paramLabel = "SOURCE",
            description = {
                "oci:DIR[:REF], oci-archive:FILE[:REF], docker-archive:FILE[:REF] or",
                "docker://HOST/REPOSITORY[:TAG|@DIGEST]; @DIGEST may stand for :REF in the OCI layouts, and",
                "the image's ID or @N, its place, for REF in a docker archive."
            })
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String source;

    @Parameters(
            index = "1",
            paramLabel = "IMAGE",
            description = "[docker://][HOST/]REPOSITORY[:TAG]; without a host, Docker Hub's; without a tag, latest.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String image;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private UploadOptions uploads;

    private PushCommand(Terminal terminal, Clock clock) {
        super(terminal, clock);
    }

    /** {@return the command, whose help does not show what is of use for files only} */
    static CommandLine commandLine(Terminal terminal, Clock clock) {
        CommandLine push = new CommandLine(new PushCommand(terminal, clock));
        for (String name : List.of("--force", "--no-sync")) {
            OptionSpec option = push.getCommandSpec().findOption(name);
            push.getCommandSpec()
                    .remove(option)
                    .addOption(OptionSpec.builder(option).hidden(true).build());
        }
        return push;
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
        return DestinationSpec.registry(image);
    }
}
