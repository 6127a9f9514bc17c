package dev.tallyclerk.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** A certificate authority that nobody knows, and the certificate that it has given to a server on loopback. */
public final class PrivateAuthority {
    private static final String PASSWORD = "password"; // of a file that lives as long as the test
    private static final String AUTHORITY = "authority";
    private static final String SERVER = "server";

    private final KeyStore store;

    private PrivateAuthority(KeyStore store) {
        this.store = store;
    }

    /** {@return a new authority, and a server's certificate for {@code localhost} and {@code 127.0.0.1}} */
    public static PrivateAuthority create(Path folder) throws IOException, InterruptedException {
        return create(folder, "localhost", "127.0.0.1");
    }

    /** {@return the same with a certificate for another name and address} */
    public static PrivateAuthority create(Path folder, String name, String address)
            throws IOException, InterruptedException {
        Path file = folder.resolve("authority.p12");
        Files.deleteIfExists(file);
        keytool(folder, file, AUTHORITY, "-ext", "bc:c=ca:true", "-ext", "ku:c=keyCertSign");
        keytool(folder, file, SERVER, "-signer", AUTHORITY, "-ext", "san=dns:" + name + ",ip:" + address);
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD.toCharArray());
            return new PrivateAuthority(store);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static void keytool(Path folder, Path file, String alias, String... more)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                alias,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "3650",
                "-dname",
                "CN=" + alias,
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD));
        command.addAll(Arrays.asList(more));
        Peers.run(folder, command.toArray(String[]::new));
    }

    /** {@return what a server needs} */
    public SSLContext serverContext() {
        try {
            KeyStore own = KeyStore.getInstance("PKCS12");
            own.load(null, null);
            own.setKeyEntry(SERVER, serverKey(), PASSWORD.toCharArray(), store.getCertificateChain(SERVER));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@return what a client needs that trusts this authority and no other} */
    public SSLContext clientContext() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {trustManager()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@return the same, for clients that want it alone} */
    public X509TrustManager trustManager() {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry(AUTHORITY, store.getCertificate(AUTHORITY));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            return (X509TrustManager) trust.getTrustManagers()[0];
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@return the server's private key, which also signs tokens} */
    PrivateKey serverKey() throws GeneralSecurityException {
        return (PrivateKey) store.getKey(SERVER, PASSWORD.toCharArray());
    }

    /** {@return the server's certificate, in DER as base64} */
    String serverCertificate() throws GeneralSecurityException {
        return Base64.getEncoder().encodeToString(store.getCertificate(SERVER).getEncoded());
    }

    /** Writes the authority's certificate as PEM and returns the file. */
    public Path writeAuthority(Path folder) throws IOException {
        try {
            return pem(
                    folder.resolve("authority.crt"),
                    "CERTIFICATE",
                    store.getCertificate(AUTHORITY).getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /** Writes the server's certificate as PEM and returns the file. */
    public Path writeServerCertificate(Path folder) throws IOException {
        try {
            return pem(
                    folder.resolve("server.crt"),
                    "CERTIFICATE",
                    store.getCertificate(SERVER).getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /** Writes the server's private key as PEM and returns the file. */
    public Path writeServerKey(Path folder) throws IOException {
        try {
            return pem(folder.resolve("server.key"), "PRIVATE KEY", serverKey().getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static Path pem(Path file, String label, byte[] der) throws IOException {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return Files.writeString(
                file,
                "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n",
                StandardCharsets.US_ASCII);
    }
}
