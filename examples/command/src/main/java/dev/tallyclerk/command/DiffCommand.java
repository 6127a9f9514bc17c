package dev.tallyclerk.command;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tallyclerk diff}: shows what changed from one image to another. */
@Command(
        name = "diff",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Shows what changed from one image to another: layers, configuration, packages and files.",
            "Verifies both. A file differs if its content, type, mode, owner or extended attributes do, and not if only"
                    + " its time does."
        },
        footer = {
            "",
            "Exit status: 0 compared; 1 an image is malformed or ambiguous, or does not match its"
                    + " digests; 2 one is in an unsupported format, or packages may be missing, and standard error says"
                    + " which; 3 usage error, or unreadable input; 4 registry or network error."
        })
final class DiffCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ImageArgument image;

    @Parameters(index = "1", paramLabel = "OTHER", description = "The other image, in the forms of SOURCE.")
    private String other = "";

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text, json or jsonl (one change per line); default text.")
    private ListFormat format = ListFormat.TEXT;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private RegistryAccess registry;

    DiffCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        return image.run(
                terminal,
                registry,
                before -> ComparedContents.compare(
                        terminal,
                        registry,
                        image,
                        before,
                        other,
                        ImageDiff::of,
                        diff -> diff.write(format, terminal.out())));
    }
}
