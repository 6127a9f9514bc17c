package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.internal.json.CanonicalJson;
import dev.tallyclerk.internal.json.CanonicalReader;
import dev.tallyclerk.internal.json.CanonicalScanner;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.json.MemberNames;
import dev.tallyclerk.trust.tuf.TufException.Reason;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A metadata file taken apart (TUF 4.2), nothing in it trusted yet.
 *
 * @param role the role whose file it should be
 * @param step the step of the specification that treats it
 * @param message what was signed, in the canonical form of the parsed value and with unknown members, and by whom
 */
record SignedFile(MetadataRole role, String step, SignedMessage message) {
    private static final MemberNames HEADER = MemberNames.of("_type", "spec_version", "version", "expires");
    private static final MemberNames FILE = MemberNames.of("signed", "signatures");
    private static final MemberNames SIGNATURE = MemberNames.of("keyid", "sig");
    private static final DateTimeFormatter EXPIRES =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'").withResolverStyle(ResolverStyle.STRICT);
    private static final int EXPIRES_LENGTH = "2030-01-01T00:00:00Z".length();

    /** What every role's signed part has. */
    record Header(long version, Instant expires, String specVersion) {}

    /** Reads the part of a role's signed part that the other roles do not have. */
    @FunctionalInterface
    interface BodyReader<T> {
        T read(CanonicalReader signed, Header header) throws JsonException;
    }

    static SignedFile parse(MetadataRole role, String step, byte[] file, int maxBytes) throws TufException {
        if (file.length > maxBytes) {
            throw TufException.tooLarge(role, step, maxBytes, null);
        }
        JsonLimits limits = JsonLimits.ofBytes(maxBytes);
        try {
            CanonicalScanner scanner = new CanonicalScanner(limits);
            scanner.scan(file);
            scanner.refuseCaseVariants(FILE);
            byte[] signed = scanner.required("signed");
            reader(signed).beginObject();
            if (scanner.hasFractions()) {
                // Somewhere, which is allowed outside of the signed part.
                CanonicalJson.encode(JsonCursor.parse(file, limits).required("signed"));
            }
            Map<String, String> signatures = signatures(role, step, scanner.required("signatures"));
            return new SignedFile(role, step, new SignedMessage(signed, signatures));
        } catch (JsonException e) {
            throw TufException.malformed(role, step, e);
        }
    }

    private static Map<String, String> signatures(MetadataRole role, String step, byte[] list)
            throws JsonException, TufException {
        Map<String, String> byKeyId = new LinkedHashMap<>();
        CanonicalReader in = new CanonicalReader(list, 0, "/signatures");
        in.beginArray();
        while (in.nextElement()) {
            String keyId = null;
            String signature = null;
            in.beginObject();
            for (String name = in.nextMember(SIGNATURE); name != null; name = in.nextMember(SIGNATURE)) {
                if (name.equals("keyid")) {
                    keyId = in.string();
                } else {
                    signature = in.string();
                }
            }
            // TUF 4.2: one signature a key id; a second one makes readers disagree on which of them counts.
            String signer = in.required(keyId, "keyid");
            if (byKeyId.put(signer, in.required(signature, "sig")) != null) {
                throw TufException.duplicateSignature(role, step, in.pointer(), signer);
            }
        }
        return byKeyId;
    }

    private static CanonicalReader reader(byte[] signed) {
        return new CanonicalReader(signed, 0, "/signed");
    }

    /** {@return a reader at the signed part, which is an object} */
    CanonicalReader signed() {
        return reader(message.bytes());
    }

    <T> T read(BodyReader<T> reader) throws TufException {
        try {
            return reader.read(signed(), header());
        } catch (JsonException e) {
            throw TufException.malformed(role, step, e);
        }
    }

    private Header header() throws JsonException, TufException {
        boolean hasType = false;
        String specVersion = null;
        Instant expires = null;
        long version = 0;
        CanonicalReader in = signed();
        in.beginObject();
        for (String name = in.nextMember(HEADER); name != null; name = in.nextMember(HEADER)) {
            switch (name) {
                case "_type" -> {
                    requireType(in);
                    hasType = true;
                }
                case "spec_version" -> specVersion = specVersion(in);
                case "expires" -> expires = expires(in);
                default -> version = in.integer(1, Long.MAX_VALUE);
            }
        }
        if (!hasType || version == 0) {
            throw in.missing(hasType ? "version" : "_type");
        }
        return new Header(version, in.required(expires, "expires"), in.required(specVersion, "spec_version"));
    }

    private void requireType(CanonicalReader in) throws JsonException {
        if (!in.string().equals(role.kind().roleName())) {
            throw in.badValue("must be \"" + role.kind().roleName() + "\"");
        }
    }

    private String specVersion(CanonicalReader in) throws JsonException, TufException {
        String text = in.string();
        String[] numbers = text.split("\\.", -1);
        if (numbers.length < 2
                || numbers.length > 3
                || !List.of(numbers).stream().allMatch(SignedFile::isNumber)) {
            throw in.badValue("must be two or three numbers with dots between them");
        }
        // TUF 4.3 and TAP 6: another major version may mean anything.
        if (!numbers[0].equals("1")) {
            throw TufException.of(
                    Reason.UNSUPPORTED_SPEC_VERSION,
                    role,
                    step,
                    "is written for another major version than 1 of the specification; use a library that reads it");
        }
        return text;
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.length() <= 9 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static Instant expires(CanonicalReader in) throws JsonException {
        String text = in.string();
        try {
            if (text.length() == EXPIRES_LENGTH) {
                return LocalDateTime.parse(text, EXPIRES).toInstant(ZoneOffset.UTC);
            }
        } catch (DateTimeException e) {
            // Falls through: the same answer as for a wrong length.
        }
        throw in.badValue("must be a time like 2030-01-01T00:00:00Z");
    }
}
