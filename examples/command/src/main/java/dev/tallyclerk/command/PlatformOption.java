package dev.tallyclerk.command;

import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.verify.ImageVerifier;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The platform that a command selects in an index. */
final class PlatformOption {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--platform",
            paramLabel = "OS/ARCH[/VARIANT]",
            description = "Platform to select in an index; default linux/amd64.")
    private @Nullable String platform;

    /** {@return the platform that the user wants, if there is one} */
    Optional<Platform> platform() {
        String wanted = platform;
        return wanted == null ? Optional.empty() : Optional.of(Usage.parsed(spec, () -> Platform.parse(wanted)));
    }

    /** {@return the verifier for that platform} */
    ImageVerifier applied(ImageVerifier verifier) {
        return platform().map(verifier::withPlatform).orElse(verifier);
    }
}
