package dev.tallyclerk.trust.notation;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes an envelope in COSE. Keys and values are Long, String, Instant, byte[], List, Map and Tagged. */
final class TestCose {
    /** A value with a tag. */
    record Tagged(long tag, Object value) {}

    private final TestEnvelope envelope;

    /** The headers, which a test may change before {@link #bytes}. */
    final Map<Object, Object> signed = new LinkedHashMap<>();

    final Map<Object, Object> unsigned = new LinkedHashMap<>();

    TestCose(TestEnvelope envelope) {
        this.envelope = envelope;
        signed.put(1L, number(envelope.algorithm));
        signed.put(2L, new ArrayList<Object>(envelope.critical));
        signed.put(3L, envelope.contentType);
        signed.putAll(envelope.attributes);
        List<Object> chain = new ArrayList<>();
        for (X509Certificate certificate : envelope.chain) {
            try {
                chain.add(certificate.getEncoded());
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }
        unsigned.put(33L, chain);
        unsigned.putAll(envelope.unsigned);
    }

    private static long number(String algorithm) {
        return switch (algorithm) {
            case "ES256" -> -7;
            case "ES384" -> -35;
            case "ES512" -> -36;
            case "PS256" -> -37;
            case "PS384" -> -38;
            case "PS512" -> -39;
            default -> 5;
        };
    }

    /** {@return the signed envelope with its tag} */
    byte[] bytes() {
        return bytes(cbor(signed));
    }

    /** {@return the same with other bytes as the signed header} */
    byte[] bytes(byte[] header) {
        byte[] payload = envelope.payload.getBytes(StandardCharsets.UTF_8);
        byte[] signature = envelope.sign(cbor(List.of("Signature1", header, new byte[0], payload)));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        head(6, 18, out);
        out.writeBytes(cbor(List.of(header, unsigned, payload, signature)));
        return out.toByteArray();
    }

    static byte[] cbor(Object value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(value, out);
        return out.toByteArray();
    }

    private static void write(Object value, ByteArrayOutputStream out) {
        if (value instanceof Long number) {
            head(number < 0 ? 1 : 0, number < 0 ? -1 - number : number, out);
        } else if (value instanceof byte[] bytes) {
            head(2, bytes.length, out);
            out.writeBytes(bytes);
        } else if (value instanceof String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            head(3, bytes.length, out);
            out.writeBytes(bytes);
        } else if (value instanceof List<?> list) {
            head(4, list.size(), out);
            list.forEach(element -> write(element, out));
        } else if (value instanceof Map<?, ?> map) {
            head(5, map.size(), out);
            map.forEach((key, member) -> {
                write(key, out);
                write(member, out);
            });
        } else if (value instanceof Instant time) {
            write(new Tagged(1, time.getEpochSecond()), out);
        } else if (value instanceof Tagged tagged) {
            head(6, tagged.tag, out);
            write(tagged.value, out);
        } else {
            throw new AssertionError(value);
        }
    }

    private static void head(int major, long value, ByteArrayOutputStream out) {
        int bytes = value < 24 ? 0 : value < 0x100 ? 1 : value < 0x1_0000 ? 2 : value < 0x1_0000_0000L ? 4 : 8;
        int[] codes = {0, 24, 25, 0, 26, 0, 0, 0, 27};
        out.write((major << 5) | (bytes == 0 ? (int) value : codes[bytes]));
        for (int i = bytes - 1; i >= 0; i--) {
            out.write((int) (value >>> (8 * i)));
        }
    }
}
