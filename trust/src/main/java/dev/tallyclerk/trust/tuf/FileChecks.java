package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.text.Quoted;
import dev.tallyclerk.trust.tuf.TufException.Reason;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/** The checks of one file against what is trusted already; each passes silently or throws. */
final class FileChecks {
    private static final MetadataRole SNAPSHOT = MetadataRole.of(TopLevelRole.SNAPSHOT);

    /** What no targets role's file is called; Sigstore's snapshots list the first of them. */
    private static final Set<String> NOT_OF_TARGETS =
            Set.of(TopLevelRole.ROOT.fileName(), TopLevelRole.TIMESTAMP.fileName(), TopLevelRole.SNAPSHOT.fileName());

    private static final String TRY_LATER = "try again later, the repository may be in the middle of a change";

    private FileChecks() {}

    static void requireListed(MetadataRole role, byte[] file, MetaFile listed) throws TufException {
        String step = role.steps().hash();
        if (listed.length().isPresent() && listed.length().getAsLong() != file.length) {
            throw TufException.wrongLength(role, step, listed.length().getAsLong(), file.length, TRY_LATER);
        }
        if (listed.listsHashes() && listed.digests().isEmpty()) {
            throw TufException.of(
                    Reason.NO_KNOWN_HASH, role, step, "no listed hash is sha256, sha384 or sha512; list one of these");
        }
        for (Digest digest : listed.digests()) {
            Digest found = Digest.of(digest.algorithm(), file);
            if (!found.equals(digest)) {
                throw TufException.wrongHash(role, step, digest, found, TRY_LATER);
            }
        }
    }

    static void requireVersion(MetadataRole role, long listed, long found) throws TufException {
        if (found != listed) {
            throw TufException.wrongVersion(role, role.steps().version(), listed, found, TRY_LATER);
        }
    }

    static void refuseRollback(Snapshot before, Snapshot next) throws TufException {
        // TUF 5.5.5: every targets file that was listed still is, in the same version or a later one.
        for (Map.Entry<String, MetaFile> entry : before.meta().entrySet()) {
            MetaFile listed = next.meta().get(entry.getKey());
            if (listed == null) {
                if (NOT_OF_TARGETS.contains(entry.getKey())) {
                    continue;
                }
                throw TufException.of(
                        Reason.ROLLBACK,
                        SNAPSHOT,
                        "5.5.5",
                        "no longer lists " + Quoted.quote(entry.getKey())
                                + "; this is an old snapshot, or the repository has to list it again");
            }
            refuseRollback(SNAPSHOT, "5.5.5", entry.getKey(), entry.getValue(), listed);
        }
    }

    static void refuseRollback(MetadataRole role, String step, long before, long next) throws TufException {
        if (next < before) {
            throw TufException.rollback(role, step, before, next);
        }
    }

    /** What {@code role} lists of a file must not go back either. */
    static void refuseRollback(MetadataRole role, String step, String fileName, MetaFile before, MetaFile next)
            throws TufException {
        if (next.version() < before.version()) {
            throw TufException.listedRollback(role, step, fileName, before.version(), next.version());
        }
    }

    static void requireNotExpired(MetadataRole role, long version, Instant expires, Instant start) throws TufException {
        if (!expires.isAfter(start)) {
            throw TufException.expired(role, version, expires, start);
        }
    }
}
