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
 * A parsed metadata file (TUF 4.2), with nothing in it trusted yet.
 *
 * @param role the role whose file it should be
 * @param step the step of the specification that handles it
 * @param message the signed part in canonical form, including unknown members, and its signatures
 */
public record SignedFile(MetadataRole role, String step, SignedMessage message) {
    private static final MemberNames FILE = MemberNames.of("signed", "signatures");
    private static final MemberNames SIGNATURE = MemberNames.of("keyid", "sig");

    /** Reads the signed part of a role. {@code header} has read its type and version. */
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
                // Fractions are allowed outside of the signed part only: encoding it refuses them.
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
            // TUF 4.2: one signature per key id. With two, readers could disagree on which one counts.
            String signer = in.required(keyId, "keyid");
            if (byKeyId.put(signer, in.required(signature, "sig")) != null) {
                throw role.failure(Reason.DUPLICATE_SIGNATURE, step)
                        .pointer(in.pointer())
                        .build("has two signatures by key " + ShortKeyId.of(signer)
                                + "; the repository has to publish a valid file");
            }
        }
        return byKeyId;
    }

    private static CanonicalReader reader(byte[] signed) {
        return new CanonicalReader(signed, 0, "/signed");
    }

    /** {@return a reader at the start of the signed part} */
    public CanonicalReader signed() {
        return reader(message.bytes());
    }

    public <T> T read(BodyReader<T> reader) throws TufException {
        try {
            return reader.read(signed(), HeaderReader.of(role, step, signed()));
        } catch (JsonException e) {
            throw role.malformed(step, e);
        }
    }
}
