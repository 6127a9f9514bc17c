package dev.tallyclerk.command;

import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tallyclerk login}: stores the login for a registry after the registry has taken it. */
@Command(
        name = "login",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Stores the login for a registry, if the registry takes it.",
            "Writes Docker's config.json, or the file of --authfile, or gives the login to the credential helper that"
                    + " the file names for the registry. Docker and other tools then use it too."
        },
        footer = {"", "Exit status: 0 stored; 3 usage error or unwritable file; 4 registry or network error."})
final class LoginCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "REGISTRY", description = "HOST[:PORT]; default Docker Hub.")
    private String name = Reference.DEFAULT_DOMAIN;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private RegistryAccess registry;

    LoginCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        String domain = RegistryName.parse(spec, name);
        Credentials login = registry.login(terminal);
        registry.clients(terminal, domain, login).of(domain).authenticate(domain);
        String place;
        try {
            place = registry.logins(terminal).store(domain, login);
        } catch (IllegalArgumentException e) {
            throw Usage.error(spec, Messages.of(e));
        }
        if (!terminal.quiet()) {
            terminal.out().println("Logged in to " + domain + " as " + Quoted.printable(login.username()));
            terminal.out().println("Stored in " + Quoted.printable(place));
            terminal.out().flush();
        }
        return ExitCode.ACCEPTED;
    }
}
