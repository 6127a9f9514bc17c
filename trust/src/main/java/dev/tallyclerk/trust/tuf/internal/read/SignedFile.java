package dev.tallyclerk.trust.tuf.internal.read;

import dev.tallyclerk.internal.json.CanonicalJson;
import dev.tallyclerk.internal.json.CanonicalReader;
import dev.tallyclerk.internal.json.CanonicalScanner;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.json.MemberNames;
import dev.tallyclerk.trust.tuf.internal.text.ShortKeyId;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A metadata file taken apart (TUF 4.2), nothing in it trusted yet.
 *
 * @param role the role whose file it should be
 * @param step the step of the specification that treats it
 * @param message what was signed, in the canonical form of the parsed value and with unknown members, and by whom
 */
public record SignedFile(MetadataRole role, String step, SignedMessage message) {
    private static final MemberNames FILE = MemberNames.of("signed", "signatures");
    private static final MemberNames SIGNATURE = MemberNames.of("keyid", "sig");

    /** Reads the signed part of a role, whose first members were read. */
    @FunctionalInterface
    public interface BodyReader<T> {
        T read(CanonicalReader signed, HeaderReader header) throws JsonException;
    }

    public static SignedFile parse(MetadataRole role, String step, byte[] file, int maxBytes) throws TufException {
        if (file.length > maxBytes) {
            throw role.tooLarge(step, maxBytes, null);
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
            throw role.malformed(step, e);
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
                throw role.failure(Reason.DUPLICATE_SIGNATURE, step)
                        .pointer(in.pointer())
                        .build("two signatures by key " + ShortKeyId.of(signer)
                                + "; the repository has to publish a valid file");
            }
        }
        return byKeyId;
    }

    private static CanonicalReader reader(byte[] signed) {
        return new CanonicalReader(signed, 0, "/signed");
    }

    /** {@return a reader at the signed part, which is an object} */
    public CanonicalReader signed() {
        return reader(message.bytes());
    }

    public <T> T read(BodyReader<T> reader) throws TufException {
        try {
            return reader.read(signed(), HeaderReader.of(this));
        } catch (JsonException e) {
            throw role.malformed(step, e);
        }
    }
}
