package dev.tallyclerk.trust.policy;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.hardening.policy.PolicyException;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.notation.NotationTrustStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The files and repositories that a policy may name.
 *
 * @param folder the folder that paths are relative to; null if a policy may name no file
 * @param tuf makes resolvers; null if a policy may name no TUF repository
 * @param notary makes clients; null if a policy may name no Notary collection
 * @param fileListener told each file and folder that is read
 */
record PolicyMaterial(
        @Nullable Path folder,
        @Nullable TufAccess tuf,
        @Nullable NotaryAccess notary,
        Consumer<Path> fileListener) {
    private static final int MAX_FILE = 4 << 20;

    /** {@return the path that a text names, which the listener is told} */
    Path path(JsonCursor at) throws JsonException, PolicyException {
        Path named = resolved(at);
        fileListener.accept(named);
        return named;
    }

    private Path resolved(JsonCursor at) throws JsonException, PolicyException {
        Path base = folder;
        if (base == null) {
            throw at.badValue("this policy may not name files");
        }
        try {
            return base.resolve(at.string());
        } catch (InvalidPathException e) {
            throw at.badValue(Quoted.quote(at.string()) + " is no path");
        }
    }

    /** {@return Notation's trust store in a folder that a text names} */
    NotationTrustStore trustStoreIn(JsonCursor named) throws JsonException, PolicyException {
        return open(resolved(named), named);
    }

    /** {@return Notation's trust store beside the policy} */
    NotationTrustStore trustStore(JsonCursor at) throws JsonException {
        Path base = folder;
        if (base == null) {
            throw at.badValue("this policy may not name files, and a policy of Notation has a trust store beside it");
        }
        return open(base, at);
    }

    private NotationTrustStore open(Path folder, JsonCursor at) throws JsonException {
        fileListener.accept(folder.resolve("truststore"));
        try {
            return NotationTrustStore.open(folder);
        } catch (EvidenceException e) {
            throw at.badValue("no trust store: " + e.getMessage());
        } catch (IOException e) {
            throw at.badValue("the trust store cannot be read: " + reason(e));
        }
    }

    /** {@return the content of the file or text of an object with one of the members {@code path} and {@code data}} */
    byte[] content(JsonCursor at, String... others) throws JsonException, PolicyException {
        Members members = Members.of(at, others, "path", "data");
        if (members.has("path") == members.has("data")) {
            throw at.badValue("must have one of path and data");
        }
        if (members.has("data")) {
            return at.required("data").string().getBytes(StandardCharsets.UTF_8);
        }
        return file(at.required("path"));
    }

    /** {@return the content of the file that a text names} */
    byte[] file(JsonCursor named) throws JsonException, PolicyException {
        Path file = path(named);
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(MAX_FILE + 1);
            if (content.length > MAX_FILE) {
                throw named.badValue(Quoted.quote(named.string()) + " has more than " + MAX_FILE + " bytes");
            }
            return content;
        } catch (IOException e) {
            throw named.badValue(Quoted.quote(named.string()) + " cannot be read: " + reason(e));
        }
    }

    private static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (e instanceof AccessDeniedException) {
            return "access denied";
        }
        return Quoted.printable(String.valueOf(e.getMessage()));
    }
}
