package dev.tallyclerk.examples.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Certificates and keys in PEM. */
final class Certificates {
    private static final Pattern PRIVATE_KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private Certificates() {}

    private static Collection<? extends Certificate> read(Path file) throws GeneralSecurityException, IOException {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> read =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (read.isEmpty()) {
                throw new GeneralSecurityException(file + " has no certificate in PEM");
            }
            return read;
        }
    }

    /** {@return who trusts the certificates of a file and no others} */
    static X509TrustManager trusting(Path file) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (Certificate certificate : read(file)) {
            store.setCertificateEntry("authority-" + store.size(), certificate);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return Stream.of(factory.getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .findFirst()
                .orElseThrow(() -> new GeneralSecurityException("the runtime checks no certificates"));
    }

    /** {@return what a server presents} */
    static SSLContext serving(ProxyConfig.Tls tls) throws ConfigException {
        Certificate[] chain;
        PrivateKey key;
        // The messages never have a part of the key: they name files.
        try {
            chain = read(tls.certificate()).toArray(Certificate[]::new);
        } catch (GeneralSecurityException | IOException e) {
            throw tls.place().error("certificate", "cannot be used: " + e.getMessage());
        }
        try {
            key = key(tls.key());
            requirePair(key, chain[0].getPublicKey());
        } catch (GeneralSecurityException | IOException e) {
            throw tls.place().error("key", "cannot be used: " + e.getMessage());
        }
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            char[] password = {};
            store.setKeyEntry("server", key, password, chain);
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, password);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw tls.place().error("certificate and key cannot be used together: " + e.getMessage());
        }
    }

    /** Requires that what one signs the other verifies. */
    private static void requirePair(PrivateKey key, PublicKey certified) throws GeneralSecurityException {
        boolean isPair = false;
        if (key.getAlgorithm().equals(certified.getAlgorithm())) {
            String algorithm = switch (key.getAlgorithm()) {
                case "EC" -> "SHA256withECDSA";
                case "RSA" -> "SHA256withRSA";
                default -> "EdDSA";
            };
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            byte[] signature = signer.sign();
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(certified);
            isPair = verifier.verify(signature);
        }
        if (!isPair) {
            throw new GeneralSecurityException("the certificate is of another key");
        }
    }

    private static PrivateKey key(Path file) throws GeneralSecurityException, IOException {
        Matcher pem = PRIVATE_KEY.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        if (!pem.find()) {
            throw new GeneralSecurityException(file
                    + " has no BEGIN PRIVATE KEY; convert the key with: openssl pkcs8 -topk8 -nodes -in KEY -out FILE");
        }
        byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
        InvalidKeySpecException otherKind = null;
        for (String algorithm : List.of("EC", "RSA", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            } catch (InvalidKeySpecException e) {
                otherKind = e;
            }
        }
        throw new GeneralSecurityException(file + " has no EC, RSA or Ed25519 key", otherKind);
    }
}
