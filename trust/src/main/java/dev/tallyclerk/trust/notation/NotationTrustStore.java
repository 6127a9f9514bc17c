package dev.tallyclerk.trust.notation;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.trust.internal.notation.CertificateChain;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The certificates that a caller trusts, in named stores such as {@code ca:acme}. Immutable.
 *
 * <p>Stores of the types {@code ca} and {@code signingAuthority} hold certificates of authorities or self-signed ones,
 * those of the type {@code tsa} roots of timestamp authorities.
 */
public final class NotationTrustStore {
    private static final List<String> TYPES = List.of("ca", "signingAuthority", "tsa");
    private static final int MAX_FILE_BYTES = 1_048_576;
    private static final int MAX_CERTIFICATES = 10_000;

    private final Map<String, List<X509Certificate>> stores;

    private NotationTrustStore(Map<String, List<X509Certificate>> stores) {
        this.stores = Map.copyOf(stores);
    }

    /**
     * {@return a trust store of some certificates}
     *
     * @param stores the certificates by store, such as {@code ca:acme}
     * @throws EvidenceException if a certificate does not fit the type of its store
     */
    public static NotationTrustStore of(Map<String, List<X509Certificate>> stores) throws EvidenceException {
        Map<String, List<X509Certificate>> copy = new TreeMap<>();
        for (Map.Entry<String, List<X509Certificate>> store : stores.entrySet()) {
            for (X509Certificate certificate : store.getValue()) {
                requireRoot(store.getKey(), certificate);
            }
            copy.put(store.getKey(), List.copyOf(store.getValue()));
        }
        return new NotationTrustStore(copy);
    }

    private static void requireRoot(String store, X509Certificate certificate) throws EvidenceException {
        boolean isAuthority = certificate.getBasicConstraints() >= 0;
        if (!(isAuthority && !store.startsWith("tsa:")) && !CertificateChain.isSelfSigned(certificate)) {
            throw new EvidenceException(
                    Reason.CERTIFICATE_INVALID,
                    "the trust store " + store + " holds " + CertificateChain.name(certificate)
                            + ", which is not one of a root" + (store.startsWith("tsa:") ? "" : " or an authority"));
        }
    }

    /**
     * Reads the trust store of Notation's configuration folder, as it is now.
     *
     * <p>Reads the files {@code truststore/x509/TYPE/NAME/*.pem}, {@code .crt} and {@code .cer} in PEM or DER; other
     * files and further folders are ignored. Stores that are missing are empty.
     *
     * @param folder the folder that has {@code truststore}
     * @throws EvidenceException if a store or a file is a symbolic link, a file holds no certificate or one that does
     *     not fit the type of its store, or a file has more than 1 MiB
     * @throws IOException if the folder is missing or unreadable
     */
    public static NotationTrustStore open(Path folder) throws EvidenceException, IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException("no folder: " + folder);
        }
        Map<String, List<X509Certificate>> stores = new TreeMap<>();
        Path x509 = folder.resolve("truststore").resolve("x509");
        int count = 0;
        for (String type : TYPES) {
            for (Path store : entries(x509.resolve(type))) {
                requireNoLink(store);
                if (Files.isDirectory(store, LinkOption.NOFOLLOW_LINKS)) {
                    List<X509Certificate> certificates = store(store);
                    count += certificates.size();
                    if (count > MAX_CERTIFICATES) {
                        throw new EvidenceException(
                                Reason.LIMIT_EXCEEDED,
                                "a trust store of more than " + MAX_CERTIFICATES + " certificates");
                    }
                    stores.put(type + ":" + store.getFileName(), certificates);
                }
            }
        }
        return of(stores);
    }

    private static List<Path> entries(Path folder) throws IOException, EvidenceException {
        List<Path> entries = new ArrayList<>();
        requireNoLink(folder);
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            try (DirectoryStream<Path> listing = Files.newDirectoryStream(folder)) {
                listing.forEach(entries::add);
            }
        }
        entries.sort(null);
        return entries;
    }

    private static void requireNoLink(Path path) throws EvidenceException {
        if (Files.isSymbolicLink(path)) {
            throw new EvidenceException(Reason.MALFORMED, "a trust store may not have symbolic links, and has " + path);
        }
    }

    private static List<X509Certificate> store(Path store) throws IOException, EvidenceException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Path file : entries(store)) {
            String name = String.valueOf(file.getFileName());
            if (name.endsWith(".pem") || name.endsWith(".crt") || name.endsWith(".cer")) {
                requireNoLink(file);
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    certificates.addAll(certificates(file));
                }
            }
        }
        return certificates;
    }

    private static List<X509Certificate> certificates(Path file) throws IOException, EvidenceException {
        byte[] content;
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            content = in.readNBytes(MAX_FILE_BYTES + 1);
        }
        if (content.length > MAX_FILE_BYTES) {
            throw new EvidenceException(Reason.LIMIT_EXCEEDED, file + " has more than " + MAX_FILE_BYTES + " bytes");
        }
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Certificate certificate : factory.generateCertificates(new ByteArrayInputStream(content))) {
                certificates.add((X509Certificate) certificate);
            }
        } catch (CertificateException e) {
            throw new EvidenceException(Reason.MALFORMED, file + " holds no certificate", e);
        }
        if (certificates.isEmpty()) {
            throw new EvidenceException(Reason.MALFORMED, file + " holds no certificate");
        }
        return certificates;
    }

    /** {@return the certificates of a store, such as {@code ca:acme}; none if there is no such store} */
    public List<X509Certificate> certificates(String store) {
        return stores.getOrDefault(store, List.of());
    }
}
