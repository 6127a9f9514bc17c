package dev.tallyclerk.engine;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * TLS with the certificates in a folder as Docker's client has them: {@code ca.pem} vouches for the engine, and
 * {@code cert.pem} with {@code key.pem} for the client.
 *
 * <p>Without {@code ca.pem} the authorities of the Java runtime count; with it they do not. Immutable.
 */
public final class EngineTls {
    private static final int MAX_BYTES = 1024 * 1024;

    /** The key is in memory only. */
    private static final char[] NO_PASSWORD = new char[0];

    private final SSLContext context;
    private final X509TrustManager trusted;

    private EngineTls(SSLContext context, X509TrustManager trusted) {
        this.context = context;
        this.trusted = trusted;
    }

    /**
     * {@return TLS with the certificates in a folder}
     *
     * @param folder for example that of {@code DOCKER_CERT_PATH}
     * @throws IOException if a file cannot be read or used, or only one of {@code cert.pem} and {@code key.pem} exists
     */
    public static EngineTls read(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException("the folder of certificates does not exist: " + folder);
        }
        Optional<byte[]> authorities = read(folder, "ca.pem");
        Optional<byte[]> certificate = read(folder, "cert.pem");
        Optional<byte[]> key = read(folder, "key.pem");
        if (certificate.isPresent() != key.isPresent()) {
            throw new IOException(
                    folder + " has only one of cert.pem and key.pem, and a client certificate needs both");
        }
        try {
            X509TrustManager trusted = trusted(authorities);
            KeyManager[] keys =
                    certificate.isPresent() && key.isPresent() ? keys(certificate.get(), key.get()) : new KeyManager[0];
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, new TrustManager[] {trusted}, null);
            return new EngineTls(context, trusted);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException("the certificates in " + folder + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** {@return the context, for sockets} */
    public SSLContext context() {
        return context;
    }

    /** {@return what verifies the engine's certificate} */
    public X509TrustManager trusted() {
        return trusted;
    }

    private static Optional<byte[]> read(Path folder, String name) throws IOException {
        Path file = folder.resolve(name);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(MAX_BYTES + 1);
            if (content.length > MAX_BYTES) {
                throw new IOException(file + " is longer than " + MAX_BYTES + " bytes");
            }
            return Optional.of(content);
        }
    }

    private static X509TrustManager trusted(Optional<byte[]> authorities) throws GeneralSecurityException, IOException {
        KeyStore store = null;
        if (authorities.isPresent()) {
            store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (Certificate authority : certificates(authorities.get())) {
                store.setCertificateEntry("authority-" + store.size(), authority);
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return Stream.of(Objects.requireNonNull(factory.getTrustManagers()))
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .findFirst()
                .orElseThrow(() -> new GeneralSecurityException("the runtime verifies no certificates"));
    }

    private static KeyManager[] keys(byte[] certificate, byte[] key) throws GeneralSecurityException, IOException {
        PrivateKey own = PemKey.parse(key);
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setKeyEntry("client", own, NO_PASSWORD, certificates(certificate).toArray(Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static Collection<? extends Certificate> certificates(byte[] pem) throws GeneralSecurityException {
        Collection<? extends Certificate> all =
                CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem));
        if (all.isEmpty()) {
            throw new GeneralSecurityException("a file has no certificate");
        }
        return all;
    }
}
