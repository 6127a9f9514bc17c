package dev.tallyclerk.command;

import dev.tallyclerk.registry.vulnerability.DatabaseMirror;
import dev.tallyclerk.registry.vulnerability.VulnerabilityDatabase;
import dev.tallyclerk.registry.vulnerability.VulnerabilityException;
import dev.tallyclerk.trust.key.SignatureVerifier;
import dev.tallyclerk.trust.key.VerificationKey;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tallyclerk db update}: brings a mirror up to date. */
@Command(
        name = "update",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Brings a mirror of vulnerability records up to date.",
            "Takes the zip file of each ecosystem once, and then only what changed. Other commands may read the mirror"
                    + " meanwhile. Writes an index, with which they need milliseconds."
        },
        footer = {
            "",
            "Exit status: 0 up to date; 1 a file is damaged, older than the mirror's, or not the one that was signed; 3 usage error, or a file"
                    + " cannot be read or written; 4 network error."
        })
final class DbUpdateCommand implements Callable<Integer> {
    private static final Pattern ADDRESS = Pattern.compile("(?i)https?://.*");

    private final Terminal terminal;
    private final Clock clock;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--from",
            paramLabel = "DIR|URL",
            required = true,
            description = "A folder of records, or an address with the layout of osv.dev's bucket: ECOSYSTEM/all.zip,"
                    + " ECOSYSTEM/modified_id.csv and ECOSYSTEM/ID.json.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String from;

    @Option(names = "--database", paramLabel = "DIR", required = true, description = "The mirror.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path database;

    @Option(
            names = "--ecosystem",
            paramLabel = "NAME",
            description =
                    "Mirror only this ecosystem, such as Debian or npm; default those that the mirror has, or all."
                            + " Repeatable.")
    private List<String> ecosystems = new ArrayList<>();

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "Public key in PEM that has to have signed SHA256SUMS, with the signature in SHA256SUMS.sig"
                    + " beside it, in base64 or not. Takes nothing else.")
    private @Nullable Path key;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private RegistryAccess registry;

    DbUpdateCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        DatabaseMirror mirror =
                DatabaseMirror.of(database).withEcosystems(ecosystems).withClock(clock);
        Path file = key;
        if (file != null) {
            mirror = mirror.withChecksumVerifier(verifier(file));
        }
        DatabaseMirror.Update update;
        try {
            if (ADDRESS.matcher(from).matches()) {
                DatabaseMirror remote = mirror;
                URI address = Usage.parsed(spec, () -> URI.create(from));
                var http = registry.clients(terminal).http();
                update = Usage.parsed(spec, () -> remote.update(address, http));
            } else {
                update = mirror.update(Path.of(from));
            }
            VulnerabilityDatabase.open(database).buildIndex();
        } catch (VulnerabilityException e) {
            boolean isRefused = switch (e.reason()) {
                case MALFORMED, NOT_VERIFIED, ROLLBACK, LIMIT_EXCEEDED -> true;
                case NOT_FOUND, UNSUPPORTED -> false;
            };
            if (!isRefused) {
                throw e;
            }
            terminal.err().println("tallyclerk: " + Messages.of(e));
            return ExitCode.REJECTED;
        }
        terminal.out()
                .println("up to date: " + counted(update.files(), "file") + " and "
                        + counted(update.records(), "single record") + " taken");
        terminal.out().flush();
        return ExitCode.ACCEPTED;
    }

    private static String counted(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    private DatabaseMirror.ChecksumVerifier verifier(Path file) throws IOException {
        VerificationKey trusted = VerificationKey.of(PublicKeyFile.read(file));
        SignatureVerifier verifier = TufActions.engine()
                .verifierFor(trusted)
                .orElseThrow(() -> Usage.error(spec, file + ": signatures by such a key cannot be verified"));
        return (checksums, signature) -> verifier.verify(checksums, decoded(signature));
    }

    /** {@return the signature, which tools write as it is or in base64} */
    private static byte[] decoded(byte[] signature) {
        String text = new String(signature, StandardCharsets.ISO_8859_1).replaceAll("\\s", "");
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return signature;
        }
    }
}
