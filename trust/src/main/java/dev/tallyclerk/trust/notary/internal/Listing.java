package dev.tallyclerk.trust.notary.internal;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.MemberNames;
import dev.tallyclerk.trust.notary.metadata.NotaryException;
import dev.tallyclerk.trust.notary.metadata.NotaryException.Reason;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A timestamp or a snapshot: the lengths and hashes of other roles' files. Immutable. */
public final class Listing {
    private static final MemberNames META = MemberNames.of("meta");
    private static final MemberNames ENTRY = MemberNames.of("length", "hashes");

    private final NotaryFile file;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private Listing(NotaryFile file) throws JsonException {
        this.file = file;
        file.signed().refuseCaseVariants(META);
        for (Map.Entry<String, JsonCursor> member :
                file.signed().required("meta").members().entrySet()) {
            JsonCursor entry = member.getValue();
            entry.refuseCaseVariants(ENTRY);
            entries.put(
                    member.getKey(),
                    new Entry(
                            entry.required("length").integer(0, Long.MAX_VALUE),
                            HashesReader.hashes(entry.required("hashes"))));
        }
    }

    /**
     * {@return the parsed file}
     *
     * @param mustList the roles that it must list
     */
    public static Listing of(NotaryFile file, List<String> mustList) throws NotaryException {
        Listing listing;
        try {
            listing = new Listing(file);
        } catch (JsonException e) {
            throw NotaryFile.malformed(file.role(), e);
        }
        for (String role : mustList) {
            if (listing.entry(role).isEmpty()) {
                throw NotaryException.of(
                        Reason.NOT_LISTED, file.role(), "does not list " + role + " with a SHA-256 hash");
            }
        }
        return listing;
    }

    /** {@return the file} */
    public NotaryFile file() {
        return file;
    }

    /** {@return the names of the listed roles} */
    public Set<String> roles() {
        return entries.keySet();
    }

    /** {@return the entry of a role, if it has a SHA-256 hash, without which the file has no name to fetch it by} */
    public Optional<Entry> entry(String role) {
        return Optional.ofNullable(entries.get(role))
                .filter(entry -> entry.sha256().isPresent());
    }

    /**
     * The listed length and hashes of a file.
     *
     * @param length the most bytes that the file has
     * @param digests the hashes, in the order of the algorithms' names
     */
    public record Entry(long length, List<Digest> digests) {
        /** Keeps a copy of the list. */
        public Entry {
            digests = List.copyOf(digests);
        }

        /** {@return the SHA-256 hash} */
        public Optional<Digest> sha256() {
            return digests.stream()
                    .filter(digest -> digest.algorithm().name().equals("sha256"))
                    .findFirst();
        }

        /** {@return the first listed hash that the bytes do not have} */
        public Optional<Digest> mismatch(byte[] bytes) {
            return digests.stream()
                    .filter(digest -> !Digest.of(digest.algorithm(), bytes).equals(digest))
                    .findFirst();
        }
    }
}
