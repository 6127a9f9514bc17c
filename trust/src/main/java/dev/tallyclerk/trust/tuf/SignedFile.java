package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.internal.json.CanonicalJson;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
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
 * @param signed the signed part, with unknown members
 * @param signatures the hexadecimal signatures by key id
 */
record SignedFile(MetadataRole role, String step, JsonCursor signed, Map<String, String> signatures) {
    private static final List<String> FILE_MEMBERS = List.of("signed", "signatures");
    private static final List<String> SIGNATURE_MEMBERS = List.of("keyid", "sig");
    private static final List<String> HEADER_MEMBERS = List.of("_type", "spec_version", "version", "expires");
    private static final DateTimeFormatter EXPIRES =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'").withResolverStyle(ResolverStyle.STRICT);
    private static final int EXPIRES_LENGTH = "2030-01-01T00:00:00Z".length();

    /** What every role's signed part has. */
    record Header(long version, Instant expires, String specVersion) {}

    /** Reads the part of a role's signed part that the other roles do not have. */
    @FunctionalInterface
    interface BodyReader<T> {
        T read(JsonCursor signed, Header header) throws JsonException;
    }

    static SignedFile parse(MetadataRole role, String step, byte[] file, int maxBytes) throws TufException {
        if (file.length > maxBytes) {
            throw TufException.tooLarge(role, step, maxBytes, null);
        }
        try {
            JsonCursor document = JsonCursor.parse(file, JsonLimits.ofBytes(maxBytes));
            document.refuseCaseVariants(FILE_MEMBERS);
            JsonCursor signed = document.required("signed");
            signed.object();
            return new SignedFile(role, step, signed, signatures(role, step, document.required("signatures")));
        } catch (JsonException e) {
            throw TufException.malformed(role, step, e);
        }
    }

    private static Map<String, String> signatures(MetadataRole role, String step, JsonCursor list)
            throws JsonException, TufException {
        Map<String, String> byKeyId = new LinkedHashMap<>();
        for (JsonCursor element : list.elements()) {
            element.refuseCaseVariants(SIGNATURE_MEMBERS);
            String keyId = element.required("keyid").string();
            String signature = element.required("sig").string();
            // TUF 4.2: one signature a key id; a second one makes readers disagree on which of them counts.
            if (byKeyId.put(keyId, signature) != null) {
                throw TufException.duplicateSignature(role, step, element.pointer(), keyId);
            }
        }
        return byKeyId;
    }

    /** {@return what was signed: the canonical form of the parsed value, not the received text} */
    SignedMessage message() throws TufException {
        try {
            return new SignedMessage(CanonicalJson.encode(signed), signatures);
        } catch (JsonException e) {
            throw TufException.malformed(role, step, e);
        }
    }

    <T> T read(BodyReader<T> reader) throws TufException {
        try {
            return reader.read(signed, header());
        } catch (JsonException e) {
            throw TufException.malformed(role, step, e);
        }
    }

    private Header header() throws JsonException, TufException {
        signed.refuseCaseVariants(HEADER_MEMBERS);
        JsonCursor type = signed.required("_type");
        if (!type.string().equals(role.kind().roleName())) {
            throw type.badValue("must be \"" + role.kind().roleName() + "\"");
        }
        JsonCursor specVersion = signed.required("spec_version");
        String[] numbers = specVersion.string().split("\\.", -1);
        if (numbers.length < 2
                || numbers.length > 3
                || !List.of(numbers).stream().allMatch(SignedFile::isNumber)) {
            throw specVersion.badValue("must be two or three numbers with dots between them");
        }
        // TUF 4.3 and TAP 6: another major version may mean anything.
        if (!numbers[0].equals("1")) {
            throw TufException.of(
                    Reason.UNSUPPORTED_SPEC_VERSION,
                    role,
                    step,
                    "is written for another major version than 1 of the specification; use a library that reads it");
        }
        long version = signed.required("version").integer(1, Long.MAX_VALUE);
        return new Header(version, expires(signed.required("expires")), specVersion.string());
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.length() <= 9 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static Instant expires(JsonCursor cursor) throws JsonException {
        String text = cursor.string();
        try {
            if (text.length() == EXPIRES_LENGTH) {
                return LocalDateTime.parse(text, EXPIRES).toInstant(ZoneOffset.UTC);
            }
        } catch (DateTimeException e) {
            // Falls through: the same answer as for a wrong length.
        }
        throw cursor.badValue("must be a time like 2030-01-01T00:00:00Z");
    }
}
