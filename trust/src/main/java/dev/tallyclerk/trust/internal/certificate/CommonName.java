package dev.tallyclerk.trust.internal.certificate;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;

/** Reads the common name of a certificate's subject. */
public final class CommonName {
    private static final String ATTRIBUTE = "CN=";

    private CommonName() {}

    /** {@return the name, if the subject has exactly one, and it is a text} */
    public static Optional<String> of(X509Certificate certificate) {
        String subject = certificate.getSubjectX500Principal().getName(X500Principal.RFC2253);
        List<String> names = new ArrayList<>();
        for (String attribute : attributes(subject)) {
            if (attribute.startsWith(ATTRIBUTE)) {
                names.add(attribute.substring(ATTRIBUTE.length()));
            }
        }
        // A value that is not a text is written as its encoding, with a # in front of it.
        return names.size() == 1 && !names.get(0).startsWith("#") ? unescaped(names.get(0)) : Optional.empty();
    }

    /** {@return the attributes, which commas and plus signs separate, still with their escapes} */
    private static List<String> attributes(String subject) {
        List<String> attributes = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < subject.length(); i++) {
            char c = subject.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == ',' || c == '+') {
                attributes.add(subject.substring(start, i));
                start = i + 1;
            }
        }
        attributes.add(subject.substring(start));
        return attributes;
    }

    private static Optional<String> unescaped(String value) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c != '\\') {
                text.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
            } else if (i + 1 == value.length()) {
                return Optional.empty();
            } else if (HexFormat.isHexDigit(value.charAt(i + 1)) && i + 2 < value.length()) {
                text.write(HexFormat.fromHexDigits(value, i + 1, i + 3));
                i += 2;
            } else {
                text.write(value.charAt(++i));
            }
        }
        return Optional.of(text.toString(StandardCharsets.UTF_8));
    }
}
