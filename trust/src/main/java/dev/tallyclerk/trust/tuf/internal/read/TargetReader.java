package dev.tallyclerk.trust.tuf.internal.read;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.CanonicalReader;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.MemberNames;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a targets file says about one target file (TUF 4.5). Verifying a file checks all of them without creating
 * objects.
 */
final class TargetReader {
    private static final MemberNames MEMBERS = MemberNames.of("custom", "hashes", "length");

    private final @Nullable List<Digest> digests;
    private long length;
    private String custom = "";

    private TargetReader(@Nullable List<Digest> digests) {
        this.digests = digests;
    }

    /** Checks the value that {@code in} is at. */
    static void check(CanonicalReader in) throws JsonException {
        new TargetReader(null).read(in);
    }

    static TargetInfo read(String path, CanonicalReader in, String role) throws JsonException {
        List<Digest> digests = new ArrayList<>();
        TargetReader reader = new TargetReader(digests);
        reader.read(in);
        return new TargetInfo(path, reader.length, digests, role, reader.custom);
    }

    private void read(CanonicalReader in) throws JsonException {
        boolean hasLength = false;
        boolean hasHashes = false;
        in.beginObject();
        for (String name = in.nextMember(MEMBERS); name != null; name = in.nextMember(MEMBERS)) {
            switch (name) {
                case "length" -> {
                    length = in.integer(0, Long.MAX_VALUE);
                    hasLength = true;
                }
                case "hashes" -> {
                    HashesReader.read(in, digests);
                    hasHashes = true;
                }
                default -> readCustom(in);
            }
        }
        if (!hasLength || !hasHashes) {
            throw in.missing(hasLength ? "hashes" : "length");
        }
    }

    private void readCustom(CanonicalReader in) {
        if (digests == null) {
            in.skip();
        } else {
            custom = in.json();
        }
    }
}
