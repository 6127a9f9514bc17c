package dev.tallyclerk.trust.publish;

import dev.tallyclerk.internal.json.CompactJson;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonWriter;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.publish.PublishException.Reason;
import dev.tallyclerk.trust.sign.SigningException;
import dev.tallyclerk.trust.sign.SigningKey;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The root and targets metadata of a change, waiting for the signatures of offline keys.
 *
 * <p>{@link #write} makes the file of a ceremony, which begins with the change in words. Each holder reads it on a
 * machine without network, looks at {@link #describe}, signs with {@link #signedBy}, and returns a file; {@link #merge}
 * puts the signatures together. {@link TufRepository#publish} verifies everything again by the repository's own keys
 * and trusts nothing that the file says about keys. Immutable.
 */
public final class PendingMetadata {
    /** The longest file of a ceremony, in bytes. */
    public static final int MAX_BYTES = 256_000_000;

    private static final String FORMAT = "tallyclerk signing request 1";

    private final List<PendingDocument> documents;

    private PendingMetadata(List<PendingDocument> documents) {
        this.documents = List.copyOf(documents);
    }

    static PendingMetadata of(List<PendingDocument> documents) {
        return new PendingMetadata(documents);
    }

    List<PendingDocument> documents() {
        return documents;
    }

    /** {@return whether nothing changes} */
    public boolean isEmpty() {
        return documents.isEmpty();
    }

    /** {@return the names of the roles that get a new version} */
    public List<String> roles() {
        return documents.stream().map(each -> each.document().role()).toList();
    }

    /**
     * {@return the change in words, a line for each difference from the versions before}
     *
     * <p>Derived from the documents that are signed. The versions before are the ones that the file claims;
     * {@link TufRepository#requireCurrent} compares them with a copy of the repository.
     *
     * @throws PublishException if a document is malformed
     */
    public List<String> describe() throws PublishException {
        List<String> lines = new ArrayList<>();
        for (PendingDocument each : documents) {
            lines.addAll(Words.difference(
                    each.document().role(),
                    each.replaces().orElse(Members.EMPTY),
                    each.document().signed()));
        }
        return lines;
    }

    /**
     * {@return the change with the signatures of a key, on every document that the key signs for}
     *
     * <p>The scheme is that in which the metadata declares the key.
     *
     * @param key the key
     * @throws PublishException if the key signs for none, or its signature does not verify
     * @throws SigningException if the key cannot sign, or not in the declared scheme
     */
    public PendingMetadata signedBy(SigningKey key) throws PublishException, SigningException {
        List<PendingDocument> all = new ArrayList<>();
        boolean isSigner = false;
        for (PendingDocument each : documents) {
            Optional<PendingDocument> signed = each.signedBy(key);
            isSigner |= signed.isPresent();
            all.add(signed.orElse(each));
        }
        if (!isSigner) {
            throw PublishException.of(
                    Reason.NOT_A_SIGNER, "the " + key.publicKey() + " signs for none of " + String.join(", ", roles()));
        }
        return new PendingMetadata(all);
    }

    /**
     * {@return the change with the signatures of both}
     *
     * @param other the same change, signed by others
     * @throws PublishException if it is another change
     */
    public PendingMetadata merge(PendingMetadata other) throws PublishException {
        boolean isSame = documents.size() == other.documents.size();
        List<PendingDocument> merged = new ArrayList<>();
        for (int i = 0; isSame && i < documents.size(); i++) {
            PendingDocument own = documents.get(i);
            PendingDocument others = other.documents.get(i);
            isSame = own.document().isSameContent(others.document());
            SignedDocument document = own.document();
            for (RoleSigners signers : own.signers()) {
                for (Map.Entry<String, String> signature :
                        signers.validSignatures(others.document()).entrySet()) {
                    document = document.withSignature(signature.getKey(), signature.getValue());
                }
            }
            merged.add(own.withDocument(document));
        }
        if (!isSame) {
            throw PublishException.of(
                    Reason.OTHER_CHANGE,
                    "the signatures are for another change, of " + String.join(", ", other.roles()));
        }
        return new PendingMetadata(merged);
    }

    /**
     * {@return whether enough keys have signed each document: for a new root, of the root before and of its own}
     *
     * @throws PublishException if a document is malformed
     */
    public boolean isComplete() throws PublishException {
        for (PendingDocument each : documents) {
            if (!each.missing(false).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /**
     * {@return the signatures that are missing, in words}
     *
     * <p>Includes signatures that are not required: if the keys of the targets role change, those of the keys before.
     * With them, {@link TufRepository#publish} can write metadata that both roots accept.
     *
     * @throws PublishException if a document is malformed
     */
    public List<String> missing() throws PublishException {
        List<String> missing = new ArrayList<>();
        for (PendingDocument each : documents) {
            missing.addAll(each.missing(true));
        }
        return missing;
    }

    /**
     * Writes the file of a ceremony: JSON with the change in words at its beginning.
     *
     * @param out the stream, not closed
     * @throws PublishException if a document is malformed
     */
    public void write(OutputStream out) throws PublishException, IOException {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("format", Members.of(FORMAT));
        members.put("changes", Members.of(describe()));
        members.put("missing", Members.of(missing()));
        List<JsonValue> all = new ArrayList<>();
        documents.forEach(each -> all.add(each.toJson()));
        members.put("documents", new JsonArray(all));
        JsonWriter.pretty(out).value(new JsonObject(members)).finish();
    }

    /**
     * {@return the change in a file of a ceremony}
     *
     * <p>The words of the file must be those of its documents, so that nobody signs something else than they read.
     *
     * @param file a file that {@link #write} has written, of at most {@link #MAX_BYTES}
     * @throws PublishException if it is malformed, or its words are not those of its documents
     */
    public static PendingMetadata read(byte[] file) throws PublishException {
        JsonObject json = Members.parse(file, MAX_BYTES);
        String format = Members.text(json, "format");
        if (!format.equals(FORMAT)) {
            throw PublishException.of(
                    Reason.MALFORMED, "the file has the format " + Quoted.quote(format) + ", not " + FORMAT);
        }
        List<PendingDocument> documents = new ArrayList<>();
        for (JsonObject each : Members.objects(json, "documents")) {
            documents.add(PendingDocument.ofJson(each));
        }
        PendingMetadata pending = new PendingMetadata(documents);
        if (!pending.describe().equals(Members.texts(json, "changes"))) {
            throw PublishException.of(
                    Reason.MALFORMED, "the words of the file do not say what its documents change; do not sign it");
        }
        return pending;
    }

    /** {@return the signed parts in compact JSON} */
    @Override
    public String toString() {
        return documents.stream()
                .map(each -> CompactJson.of(each.document().signed()))
                .toList()
                .toString();
    }
}
