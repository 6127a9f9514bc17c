package dev.tallyclerk.command;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tallyclerk digest}: prints the digest of an image's manifest or index. */
@Command(
        name = "digest",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Prints the digest of the manifest or index of an image.",
            "Computes it from the bytes; does not take the registry's word for it, and does not decide whether the image"
                    + " is safe to load: see verify."
        },
        footer = {
            "",
            "Exit status: 0 printed; 1 a document is malformed or does not match its digest, or there"
                    + " is no such platform; 2 a document cannot be verified; 3 usage error or unreadable input;"
                    + " 4 registry or network error."
        })
final class DigestCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private SourceArgument source;

    @Option(
            names = "--platform",
            paramLabel = "OS/ARCH[/VARIANT]",
            description = "Print the digest of the image for exactly this platform in an index; default that of the"
                    + " index itself.")
    private @Nullable String platform;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private RegistryAccess registry;

    DigestCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        return Inspection.run(
                terminal,
                spec,
                registry,
                source.text(),
                platform,
                documents -> terminal.out().println(documents.digest()));
    }
}
