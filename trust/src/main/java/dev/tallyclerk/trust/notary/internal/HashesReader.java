package dev.tallyclerk.trust.notary.internal;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads hashes in base64 by the names of their algorithms. */
final class HashesReader {
    private static final List<DigestAlgorithm> KNOWN =
            List.of(DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512);

    private HashesReader() {}

    /** {@return the hashes of known algorithms, in the order of their names; the others are ignored} */
    static List<Digest> hashes(JsonCursor in) throws JsonException {
        Map<String, JsonCursor> members = in.members();
        List<Digest> digests = new ArrayList<>();
        for (DigestAlgorithm algorithm : KNOWN) {
            JsonCursor value = members.remove(algorithm.name());
            if (value != null) {
                byte[] hash = NotaryFile.base64(value);
                if (hash.length * 2 != algorithm.hexLength()) {
                    throw value.badValue("is not as long as a " + algorithm.name() + " hash");
                }
                digests.add(Digest.ofHash(algorithm, hash));
            }
        }
        for (JsonCursor other : members.values()) {
            NotaryFile.base64(other);
        }
        return digests;
    }
}
