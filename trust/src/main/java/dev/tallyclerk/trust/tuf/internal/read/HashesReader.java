package dev.tallyclerk.trust.tuf.internal.read;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.internal.json.CanonicalReader;
import dev.tallyclerk.internal.json.JsonException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads the hashes of a file. Skips hashes of algorithms that cannot be computed here; callers that need a hash check
 * that one is left.
 */
final class HashesReader {
    private static final List<DigestAlgorithm> KNOWN =
            List.of(DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512);

    private HashesReader() {}

    /**
     * Reads the object that {@code in} is at.
     *
     * @param into receives the hashes; null to check them only
     * @return whether there is a hash, of any algorithm
     */
    static boolean read(CanonicalReader in, @Nullable List<Digest> into) throws JsonException {
        boolean some = false;
        in.beginObject();
        while (in.nextMember()) {
            some = true;
            DigestAlgorithm algorithm = algorithm(in);
            if (algorithm == null) {
                in.string();
            } else if (!in.hexadecimal(algorithm.hexLength())) {
                throw in.badValue("is not a " + algorithm + " hash in hexadecimal");
            } else if (into != null) {
                into.add(new Digest(algorithm, in.lastString().toLowerCase(Locale.ROOT)));
            }
        }
        return some;
    }

    private static @Nullable DigestAlgorithm algorithm(CanonicalReader in) {
        for (DigestAlgorithm algorithm : KNOWN) {
            if (in.isNamed(algorithm.name())) {
                return algorithm;
            }
        }
        return null;
    }
}
