package dev.tallyclerk.command;

import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.auth.CredentialHelper;
import dev.tallyclerk.registry.auth.DockerLogins;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tallyclerk logout}: removes the login for a registry. */
@Command(
        name = "logout",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Removes the login for a registry from Docker's config.json and its credential helper.",
            "Contacts no registry: a token that was stored stays valid until it expires or is revoked there."
        },
        footer = {"", "Exit status: 0 there is no login any more; 3 usage error or unwritable file."})
final class LogoutCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "REGISTRY", description = "HOST[:PORT]; default Docker Hub.")
    private String name = Reference.DEFAULT_DOMAIN;

    @Option(
            names = "--authfile",
            paramLabel = "FILE",
            description = "Remove it from this file, in the format of Docker's config.json. Default: config.json in"
                    + " DOCKER_CONFIG or ~/.docker.")
    private @Nullable Path authFile;

    LogoutCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        String domain = RegistryName.parse(spec, name);
        Path file = authFile;
        DockerLogins logins = file == null
                ? DockerLogins.ofEnvironment(terminal.environment())
                : DockerLogins.of(file).withHelpers(helper -> CredentialHelper.find(helper, terminal.environment()));
        boolean erased = logins.erase(domain);
        if (!terminal.quiet()) {
            terminal.out().println(erased ? "Logged out of " + domain : "There was no login for " + domain);
            terminal.out().flush();
        }
        return ExitCode.ACCEPTED;
    }
}
