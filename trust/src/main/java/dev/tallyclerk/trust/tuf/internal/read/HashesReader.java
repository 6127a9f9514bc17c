package dev.tallyclerk.trust.tuf.internal.read;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.internal.json.CanonicalReader;
import dev.tallyclerk.internal.json.JsonException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads the hashes of a file. Skips hashes of unknown algorithms; callers that need a hash check that one is left. A
 * malformed hash of a known algorithm leaves none: it makes that one file unusable, not the document that lists it.
 */
final class HashesReader {
    private static final List<DigestAlgorithm> KNOWN = List.of(
            DigestAlgorithm.SHA256,
            DigestAlgorithm.SHA384,
            DigestAlgorithm.SHA512,
            DigestAlgorithm.SHA3_256,
            DigestAlgorithm.SHA3_512,
            DigestAlgorithm.BLAKE2B_256,
            DigestAlgorithm.BLAKE2B_512);

    private HashesReader() {}

    /**
     * Reads the object that {@code in} is at.
     *
     * @param into receives the hashes; null to check them only
     * @return whether there is a hash, of any algorithm
     */
    static boolean read(CanonicalReader in, @Nullable List<Digest> into) throws JsonException {
        boolean some = false;
        boolean bad = false;
        in.beginObject();
        while (in.nextMember()) {
            some = true;
            DigestAlgorithm algorithm = algorithm(in);
            if (algorithm == null || !in.isString()) {
                bad |= algorithm != null;
                in.skip();
            } else if (!in.hexadecimal(algorithm.hexLength())) {
                bad = true;
            } else if (into != null) {
                into.add(new Digest(algorithm, in.lastString().toLowerCase(Locale.ROOT)));
            }
        }
        if (bad && into != null) {
            into.clear();
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
