package dev.tallyclerk.command;

import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.publish.PendingMetadata;
import dev.tallyclerk.trust.publish.PublishException;
import dev.tallyclerk.trust.publish.RepositoryStatus;
import dev.tallyclerk.trust.publish.RoleKey;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What the actions of {@code tallyclerk tuf-repo} share. */
final class TufRepoWork {
    private final Terminal terminal;

    TufRepoWork(Terminal terminal) {
        this.terminal = terminal;
    }

    /** An action. */
    @FunctionalInterface
    interface Action {
        int run() throws PublishException, IOException, GeneralSecurityException;
    }

    /** Runs an action; a refusal is a rejection, with its reason. */
    int run(Action action) throws IOException {
        try {
            int status = action.run();
            terminal.out().flush();
            return status;
        } catch (PublishException | GeneralSecurityException e) {
            terminal.err().println("tallyclerk: " + Messages.of(e));
            return ExitCode.REJECTED;
        }
    }

    /** {@return the request in a file} */
    PendingMetadata read(Path request) throws PublishException, IOException {
        return PendingMetadata.read(InputFile.read(request, PendingMetadata.MAX_BYTES));
    }

    /** Writes a request, and says what it changes and who has to sign. */
    int write(PendingMetadata pending, Path request) throws PublishException, IOException {
        Path unfinished = request.resolveSibling(request.getFileName() + ".part");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(unfinished))) {
            pending.write(out);
        }
        Files.move(unfinished, request, StandardCopyOption.REPLACE_EXISTING);
        say(pending);
        return ExitCode.ACCEPTED;
    }

    void say(PendingMetadata pending) throws PublishException {
        pending.describe().forEach(this::say);
        for (String missing : pending.missing()) {
            say("missing: " + missing);
        }
        if (pending.isComplete()) {
            say("complete: it can be published");
        }
    }

    void say(String line) {
        terminal.out().println(Quoted.printable(line));
    }

    /** Writes the status as JSON; {@code due} of a role says whether it expires until the limit. */
    void writeJson(RepositoryStatus status, Instant limit) throws IOException {
        JsonOutput json = new JsonOutput(terminal.out());
        json.beginObject().member("schema", "dev.tallyclerk.tuf-repository-status");
        json.member("due", !status.expiredAt(limit).isEmpty());
        json.name("roles").beginArray();
        for (RepositoryStatus.RoleStatus role : status.roles()) {
            json.beginObject()
                    .member("role", role.role())
                    .member("version", role.version())
                    .member("expires", role.expires().toString())
                    .member("due", !role.expires().isAfter(limit))
                    .member("threshold", role.threshold())
                    .name("keyIds")
                    .beginArray();
            for (String keyId : role.keyIds()) {
                json.value(keyId);
            }
            json.endArray().endObject();
        }
        json.endArray().endObject().finish();
    }

    static List<RoleKey> privateKeys(List<Path> files) throws IOException {
        List<RoleKey> keys = new ArrayList<>();
        for (Path file : files) {
            keys.add(RoleKeyFile.privateKey(file));
        }
        return keys;
    }
}
