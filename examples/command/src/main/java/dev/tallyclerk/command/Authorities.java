package dev.tallyclerk.command;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** Reads the file of the option {@code --ca}. */
final class Authorities {
    private static final int MAX_BYTES = 16 * 1024 * 1024;

    private Authorities() {}

    /** {@return the certificates in a file; an unreadable file, or one without any, is a usage error} */
    static List<X509Certificate> read(CommandSpec spec, Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(MAX_BYTES + 1);
            if (content.length > MAX_BYTES) {
                throw Usage.error(spec, "--ca: " + file + " is longer than " + MAX_BYTES + " bytes");
            }
            Collection<? extends Certificate> all =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(content));
            if (all.isEmpty()) {
                throw Usage.error(spec, "--ca: no certificate in " + file);
            }
            return all.stream().map(X509Certificate.class::cast).toList();
        } catch (IOException | CertificateException e) {
            throw Usage.error(spec, "--ca: " + file + " cannot be read: " + Messages.of(e));
        }
    }
}
