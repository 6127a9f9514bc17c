package dev.tallyclerk.command;

import dev.tallyclerk.trust.key.VerificationKey;
import dev.tallyclerk.trust.publish.KeySet;
import dev.tallyclerk.trust.publish.PendingMetadata;
import dev.tallyclerk.trust.publish.PublishException;
import dev.tallyclerk.trust.sign.SigningException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** What the actions of {@code tallyclerk tuf-repo} share. */
final class TufRepoWork {
    private TufRepoWork() {}

    /** An action. */
    @FunctionalInterface
    interface Action {
        int run() throws PublishException, IOException, SigningException;
    }

    /** Runs an action; a refusal is a rejection, with its reason. */
    static int run(Terminal terminal, Action action) throws IOException {
        try {
            int status = action.run();
            terminal.out().flush();
            return status;
        } catch (PublishException | SigningException e) {
            terminal.err().println("tallyclerk: " + Messages.of(e));
            return ExitCode.REJECTED;
        }
    }

    /** {@return the request in a file} */
    static PendingMetadata read(Path request) throws PublishException, IOException {
        return PendingMetadata.read(InputFile.read(request, PendingMetadata.MAX_BYTES));
    }

    /** {@return the public keys in files} */
    static KeySet keys(CommandSpec spec, int threshold, List<Path> files) throws IOException {
        List<VerificationKey> keys = new ArrayList<>();
        for (Path file : files) {
            keys.add(Usage.parsed(spec, () -> VerificationKey.of(PublicKeyFile.read(file))));
        }
        return Usage.parsed(spec, () -> new KeySet(threshold, keys));
    }
}
