package dev.tallyclerk.command;

import dev.tallyclerk.registry.location.ImageLocation;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;

/** {@code tallyclerk push}: pushes an image to a registry byte for byte. */
@Command(
        name = "push",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Pushes an image to a registry, byte for byte.",
            "Like copy, with an image's name for DEST. The name refers to the image only once all of"
                    + " it is in the registry."
        },
        footer = {
            "",
            "Exit status: 0 pushed; 1 the image is malformed or does not match its digests, or has"
                    + " no such platform; 2 it cannot be verified; 3 usage error, or reading or writing failed;"
                    + " 4 registry or network error."
        })
final class PushCommand extends CopyingCommand {
    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private SourceArgument source;

    @Parameters(
            index = "1",
            paramLabel = "IMAGE",
            description = "[docker://][HOST/]REPOSITORY[:TAG]; without HOST, Docker Hub; without TAG, latest.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String image;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private UploadOptions uploads;

    private PushCommand(Terminal terminal, Clock clock) {
        super(terminal, clock);
    }

    /** {@return the command; its help hides the options that only concern files} */
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
    ImageLocation source(Terminal terminal) {
        return source.location(terminal);
    }

    @Override
    DestinationSpec destination() {
        return DestinationSpec.registry(image);
    }
}
