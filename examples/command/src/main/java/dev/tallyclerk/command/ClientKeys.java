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

/** Loads the client certificate in {@code javax.net.ssl.keyStore}, as Java's own clients do. */
final class ClientKeys {
    private static final String STORE = "javax.net.ssl.keyStore";

    /** The runtime's name for a store that is no file, such as a smart card; not supported here. */
    private static final String NO_FILE = "NONE";

    private ClientKeys() {}

    /**
     * {@return the key managers with the certificate; empty if none is configured}
     *
     * @param properties gives the value of a system property, or null
     * @throws IOException if the file cannot be read
     * @throws GeneralSecurityException if the file does not match the properties
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
