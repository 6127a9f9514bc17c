package dev.tallyclerk.registry.auth;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.json.JsonValue.JsonNull;
import dev.tallyclerk.registry.auth.CredentialException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads {@code config.json}; of what it finds wrong it never says the text, which may be a secret. */
final class DockerConfigReader {
    /** What a configuration without anything in it has. */
    private static final Content NOTHING = new Content(Map.of(), Map.of(), Optional.empty());

    private final String name;

    private DockerConfigReader(String name) {
        this.name = name;
    }

    /**
     * What counts here of a configuration, in the file's order.
     *
     * @param entries the credentials by key
     * @param helpers the names of helpers by key
     * @param store the name of the helper for the rest
     */
    record Content(
            Map<String, Entry<Credentials>> entries, Map<String, Entry<String>> helpers, Optional<String> store) {
        /** {@return the entries without the helpers} */
        Content ofEntries() {
            return new Content(entries, Map.of(), Optional.empty());
        }
    }

    /** What stands under a key. What is wrong with it concerns only who asks for it. */
    @FunctionalInterface
    interface Entry<T> {
        T get() throws CredentialException;
    }

    private static <T> Entry<T> good(T value) {
        return () -> value;
    }

    private static <T> Entry<T> bad(String message) {
        return () -> {
            throw new CredentialException(Reason.MALFORMED_FILE, message);
        };
    }

    /** {@return the content of a document that messages call {@code name}} */
    static Content read(byte[] document, String name) throws CredentialException {
        if (new String(document, StandardCharsets.ISO_8859_1).isBlank()) {
            return NOTHING; // as Docker takes it
        }
        try {
            return new DockerConfigReader(name)
                    .content(JsonCursor.parse(document, JsonLimits.ofBytes(Math.max(1, document.length))));
        } catch (JsonException e) {
            throw new CredentialException(Reason.MALFORMED_FILE, name + " " + CredentialException.describe(e));
        }
    }

    private Content content(JsonCursor json) throws JsonException, CredentialException {
        Map<String, Entry<Credentials>> entries = new LinkedHashMap<>();
        Optional<JsonCursor> auths = member(json, "auths");
        if (auths.isPresent()) {
            for (Map.Entry<String, JsonCursor> entry : auths.get().members().entrySet()) {
                entries.put(entry.getKey(), entry(ServerAddress.of(entry.getKey()), entry.getValue()));
            }
        }
        Map<String, Entry<String>> helpers = new LinkedHashMap<>();
        Optional<JsonCursor> credHelpers = member(json, "credHelpers");
        if (credHelpers.isPresent()) {
            for (Map.Entry<String, JsonCursor> helper :
                    credHelpers.get().members().entrySet()) {
                helpers.put(helper.getKey(), helper(helper.getValue()));
            }
        }
        String store = text(json, "credsStore");
        if (!store.isEmpty() && !CredentialHelper.isName(store)) {
            throw new CredentialException(Reason.MALFORMED_FILE, noHelper());
        }
        return new Content(entries, helpers, store.isEmpty() ? Optional.empty() : Optional.of(store));
    }

    /** An empty name is Docker's way to say that the file has what the store would have otherwise. */
    private Entry<String> helper(JsonCursor helper) {
        try {
            String text = helper.string();
            return text.isEmpty() || CredentialHelper.isName(text) ? good(text) : bad(noHelper());
        } catch (JsonException e) {
            return bad(name + " " + CredentialException.describe(e));
        }
    }

    private String noHelper() {
        return name + " names a helper that cannot be one";
    }

    private Entry<Credentials> entry(ServerAddress server, JsonCursor entry) {
        try {
            return good(entry.value() instanceof JsonNull ? Credentials.anonymous() : credentials(server, entry));
        } catch (JsonException e) {
            return bad(name + " " + CredentialException.describe(e) + ", under " + server);
        } catch (CredentialException e) {
            return bad(String.valueOf(e.getMessage()));
        }
    }

    private Credentials credentials(ServerAddress server, JsonCursor entry) throws JsonException, CredentialException {
        String registryToken = text(entry, "registrytoken");
        String identityToken = text(entry, "identitytoken");
        String auth = text(entry, "auth");
        String username = text(entry, "username");
        String password = text(entry, "password");
        try {
            if (!registryToken.isEmpty()) {
                return Credentials.registryToken(registryToken);
            }
            if (!identityToken.isEmpty()) {
                return Credentials.identityToken(identityToken);
            }
            if (!auth.isEmpty()) {
                return decoded(auth);
            }
            return username.isEmpty() && password.isEmpty()
                    ? Credentials.anonymous() // Docker leaves {} where a helper has the credentials
                    : Credentials.of(username, password);
        } catch (IllegalArgumentException e) {
            // Not as a cause: it could quote the secret.
            throw new CredentialException(
                    Reason.MALFORMED_FILE, name + " has credentials for " + server + " that cannot be sent");
        }
    }

    private static Credentials decoded(String auth) {
        String pair = new String(Base64.getDecoder().decode(auth.replaceAll("[\\r\\n]", "")), StandardCharsets.UTF_8);
        int colon = pair.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("no colon");
        }
        return Credentials.of(pair.substring(0, colon), withoutPadding(pair.substring(colon + 1)));
    }

    /** {@return a password without the zeros with which Docker's first versions filled up the pair} */
    private static String withoutPadding(String password) {
        int end = password.length();
        while (end > 0 && password.charAt(end - 1) == '\0') {
            end--;
        }
        return password.substring(0, end);
    }

    private static String text(JsonCursor object, String member) throws JsonException {
        Optional<JsonCursor> found = member(object, member);
        return found.isPresent() ? found.get().string() : "";
    }

    /**
     * {@return the member, or nothing if it is absent or null}
     *
     * <p>Go's reader, and so Docker, takes a name in any case. Which of two spellings counts depends on the reader.
     *
     * @throws JsonException if two spellings of the name have two values
     */
    private static Optional<JsonCursor> member(JsonCursor object, String name) throws JsonException {
        Optional<JsonCursor> found = Optional.empty();
        for (Map.Entry<String, JsonCursor> member : object.members().entrySet()) {
            JsonCursor spelled = member.getValue();
            if (!member.getKey().equalsIgnoreCase(name) || spelled.value() instanceof JsonNull) {
                continue;
            }
            if (found.isPresent() && !found.get().value().equals(spelled.value())) {
                throw spelled.failure(
                        JsonException.Reason.CASE_VARIANT_MEMBER, "another member differs in case and value only");
            }
            found = Optional.of(spelled);
        }
        return found;
    }
}
