package dev.tallyclerk.command;

import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.sbom.SbomFormat;
import dev.tallyclerk.registry.sbom.SbomWriter;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tallyclerk sbom}: writes the bill of materials of an image; its commands verify and attach one. */
@Command(
        name = "sbom",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Writes the bill of materials of an image: its packages, with the file and the layer that list each.",
            "The same image gives the same bytes. sbom verify compares a bill of materials with the image, and sbom"
                    + " attach attaches one to it."
        },
        footer = {
            "",
            "Exit status: 0 written; 1 the image is malformed or ambiguous, or does not match its"
                    + " digests; 2 it is in an unsupported format, or packages may be missing, and standard error says"
                    + " which; 3 usage error, or unreadable input; 4 registry or network error."
        })
final class SbomCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Clock clock;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ImageArgument image;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "cyclonedx",
            description = "cyclonedx (CycloneDX 1.6) or spdx (SPDX 2.3), in JSON; default cyclonedx.")
    private SbomFormat format = SbomFormat.CYCLONEDX;

    @Option(
            names = "--created",
            paramLabel = "TIME",
            description = "State this time as the document's, for example 2026-11-24T12:00:00Z, or now. Default: none"
                    + " in CycloneDX, and the image's in SPDX, which requires one.")
    private @Nullable String created;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "The repository to state for the image; default SOURCE's, if it has one.")
    private @Nullable String name;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private RegistryAccess registry;

    private SbomCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    /** {@return the command, whose argument is left out where one of its commands follows} */
    static CommandLine commandLine(Terminal terminal, Clock clock) {
        CommandLine sbom = new CommandLine(new SbomCommand(terminal, clock));
        CommandSpec spec = sbom.getCommandSpec();
        PositionalParamSpec source = spec.positionalParameters().get(0);
        spec.remove(source);
        spec.addPositional(PositionalParamSpec.builder(source)
                .arity("0..1")
                .required(false)
                .build());
        return sbom.addSubcommand(new SbomVerifyCommand(terminal, clock))
                .addSubcommand(new SbomAttachCommand(terminal, clock));
    }

    @Override
    public Integer call() throws IOException {
        if (spec.commandLine().getParseResult().matchedPositionals().isEmpty()) {
            throw Usage.error(spec, "Missing required parameter: 'SOURCE'");
        }
        SbomWriter writer = SbomDocument.writer(spec, format, created, clock);
        Optional<Reference> named = SbomDocument.named(spec, name);
        return image.run(terminal, registry, opened -> {
            SbomDocument document = SbomDocument.written(terminal, image, opened, writer, named);
            byte[] bytes = document.bytes();
            terminal.out().write(bytes, 0, bytes.length);
            terminal.out().flush();
            return document.exitCode();
        });
    }
}
