package dev.tallyclerk.trust.notary.internal;

import dev.tallyclerk.internal.json.CanonicalJson;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.json.MemberNames;
import dev.tallyclerk.internal.json.StrictJson;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.internal.encoding.StrictBase64;
import dev.tallyclerk.trust.notary.metadata.NotaryException;
import dev.tallyclerk.trust.notary.metadata.NotaryException.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A metadata file of Notary v1, parsed, with nothing in it trusted.
 *
 * <p>The signatures are over the canonical form of the signed part, with unknown members, and not over its bytes. Of
 * members with the same name the last one counts, as for the original client: its signature covers that one only.
 */
public final class NotaryFile {
    private static final int MAX_SIGNATURES = 256;
    private static final MemberNames FILE = MemberNames.of("signed", "signatures");
    private static final MemberNames SIGNATURE = MemberNames.of("keyid", "method", "sig");
    private static final MemberNames HEADER = MemberNames.of("_type", "version", "expires");

    private final String role;
    private final byte[] bytes;
    private final byte[] message;
    private final JsonCursor signed;
    private final long version;
    private final Instant expires;
    private final Map<String, List<FileSignature>> signatures;

    private NotaryFile(String role, byte[] bytes, JsonCursor file) throws JsonException, NotaryException {
        this.role = role;
        this.bytes = bytes;
        file.refuseCaseVariants(FILE);
        this.signed = file.required("signed");
        signed.refuseCaseVariants(HEADER);
        requireType();
        this.version = signed.required("version").integer(1, Long.MAX_VALUE);
        JsonCursor time = signed.required("expires");
        this.expires = Expiry.parse(time.string())
                .orElseThrow(() -> time.badValue("must be a time with a zone, such as 2036-11-21T22:46:08.3Z"));
        this.message = CanonicalJson.encode(signed);
        this.signatures = signatures(file.required("signatures"));
    }

    /**
     * {@return the parsed file}
     *
     * @param role the name of the role that it should belong to
     * @param bytes the file, not copied
     * @param maxBytes how long it may be
     */
    public static NotaryFile parse(String role, byte[] bytes, int maxBytes) throws NotaryException {
        try {
            return new NotaryFile(
                    role,
                    bytes,
                    JsonCursor.at(StrictJson.parseLastWins(bytes, JsonLimits.ofBytes(maxBytes))
                            .value()));
        } catch (JsonException e) {
            throw malformed(role, e);
        }
    }

    static NotaryException malformed(String role, JsonException cause) {
        boolean limit = cause.reason() == JsonException.Reason.LIMIT;
        return NotaryException.of(
                        limit ? Reason.LIMIT_EXCEEDED : Reason.MALFORMED,
                        role,
                        "not metadata of Notary v1: " + Quoted.printable(cause.problem()))
                .withCause(cause);
    }

    private void requireType() throws JsonException, NotaryException {
        String wanted = Roles.typeOf(role);
        String type = signed.required("_type").string();
        if (!type.equals(wanted)) {
            boolean tuf = type.equals(wanted.toLowerCase(Locale.ROOT));
            throw NotaryException.of(
                    Reason.WRONG_TYPE,
                    role,
                    "metadata of type " + Quoted.quote(type) + ", expected " + Quoted.quote(wanted)
                            + (tuf ? "; it is metadata of TUF 1.0, which TufClient reads" : ""));
        }
    }

    private static Map<String, List<FileSignature>> signatures(JsonCursor list) throws JsonException {
        if (list.length() > MAX_SIGNATURES) {
            throw list.failure(JsonException.Reason.LIMIT, "has more than " + MAX_SIGNATURES + " signatures");
        }
        Map<String, List<FileSignature>> byKeyId = new LinkedHashMap<>();
        for (JsonCursor element : list.elements()) {
            element.refuseCaseVariants(SIGNATURE);
            String keyId = element.required("keyid").string();
            String method = element.required("method").string().toLowerCase(Locale.ROOT);
            FileSignature signature = new FileSignature(keyId, method, base64(element.required("sig")));
            List<FileSignature> same = byKeyId.computeIfAbsent(keyId, id -> new ArrayList<>());
            // A signature that is listed again need not be verified again.
            if (same.stream().noneMatch(other -> other.isSameAs(signature))) {
                same.add(signature);
            }
        }
        return byKeyId;
    }

    /** {@return the bytes of a text in base64, without line breaks} */
    static byte[] base64(JsonCursor text) throws JsonException {
        return StrictBase64.decode(text.string()).orElseThrow(() -> text.badValue("must be base64"));
    }

    /** {@return the name of the role} */
    public String role() {
        return role;
    }

    /** {@return the file; not a copy} */
    public byte[] bytes() {
        return bytes;
    }

    /** {@return the canonical form of the signed part; not a copy} */
    byte[] message() {
        return message;
    }

    /** {@return the signed part} */
    JsonCursor signed() {
        return signed;
    }

    /** {@return the version, at least 1} */
    public long version() {
        return version;
    }

    /** {@return the end of the file's validity, which is the last instant at which it is valid} */
    public Instant expires() {
        return expires;
    }

    /** {@return the different signatures by key id} */
    Map<String, List<FileSignature>> signatures() {
        return signatures;
    }

    /** {@return whether both files say the same, however they are written and signed} */
    public boolean saysTheSameAs(NotaryFile other) {
        return Arrays.equals(message, other.message);
    }

    /** Refuses a file that has expired. */
    public void requireNotExpired(Instant now) throws NotaryException {
        if (expires.isBefore(now)) {
            throw NotaryException.of(
                    Reason.EXPIRED,
                    role,
                    "version " + version + " expired at " + expires + " and it is " + now
                            + "; if this machine's clock is right, the collection has to be signed again");
        }
    }

    /**
     * Refuses a file that is older than the one that was trusted before, or has its version and says something else.
     */
    public void refuseRollback(NotaryFile before) throws NotaryException {
        if (version < before.version()) {
            throw NotaryException.of(
                            Reason.ROLLBACK,
                            role,
                            "version " + version + " is lower than version " + before.version()
                                    + ", which was trusted before; this may be an attack")
                    .withVersions(before.version(), version);
        }
        if (version == before.version() && !saysTheSameAs(before)) {
            throw NotaryException.of(
                            Reason.SAME_VERSION_CHANGED,
                            role,
                            "version " + version + " has other content than the version " + version
                                    + " that was trusted before; this may be an attack")
                    .withVersions(before.version(), version);
        }
    }
}
