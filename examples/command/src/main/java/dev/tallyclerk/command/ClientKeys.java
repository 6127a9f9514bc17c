package dev.tallyclerk.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import org.jspecify.annotations.Nullable;

/** The certificate in the properties of javax.net.ssl.keyStore, which Java's own clients show to servers that ask. */
final class ClientKeys {
    private static final String STORE = "javax.net.ssl.keyStore";

    /** What the runtime takes for a store that is no file, such as a smart card; those are not looked into. */
    private static final String NO_FILE = "NONE";

    private ClientKeys() {}

    /**
     * {@return what shows the certificate; nothing if there is none}
     *
     * @param properties gives the value of a property of the runtime, or null
     * @throws IOException if there is a file and it cannot be read
     * @throws GeneralSecurityException if it is not the store that the properties say
     */
    static List<KeyManager> of(Function<String, @Nullable String> properties)
            throws IOException, GeneralSecurityException {
        String file = Objects.requireNonNullElse(properties.apply(STORE), "");
        if (file.isEmpty() || file.equals(NO_FILE)) {
            return List.of();
        }
        char[] password = Objects.requireNonNullElse(properties.apply(STORE + "Password"), "")
                .toCharArray();
        KeyStore store = KeyStore.getInstance(
                Objects.requireNonNullElse(properties.apply(STORE + "Type"), KeyStore.getDefaultType()));
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            store.load(in, password);
        } catch (IOException | InvalidPathException e) {
            throw new IOException("the key store " + file + " cannot be read: " + Messages.of(e), e);
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, password);
        return List.of(factory.getKeyManagers());
    }
}
