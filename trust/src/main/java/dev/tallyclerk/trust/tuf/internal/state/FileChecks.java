package dev.tallyclerk.trust.tuf.internal.state;

import static dev.tallyclerk.trust.tuf.internal.read.MetadataRole.SNAPSHOT;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.tuf.internal.read.MetadataRole;
import dev.tallyclerk.trust.tuf.metadata.MetaFile;
import dev.tallyclerk.trust.tuf.metadata.Snapshot;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks one file against what is already trusted; each check returns or throws. */
final class FileChecks {
    /** The files that are not of a targets role. Sigstore's old snapshots list the first of them. */
    private static final Set<String> NOT_OF_TARGETS =
            Set.of(TopLevelRole.ROOT.fileName(), TopLevelRole.TIMESTAMP.fileName(), TopLevelRole.SNAPSHOT.fileName());

    private static final String TRY_LATER = "try again later, the repository may be changing right now";

    private static final String ROLLED_BACK =
            "this may be an attack; a repository that was restored from a backup has to replace the keys of timestamp"
                    + " and snapshot";

    private FileChecks() {}

    static void requireListed(MetadataRole role, byte[] file, MetaFile listed, Verification verification)
            throws TufException {
        String step = role.steps().hash();
        long length = listed.length().orElse(file.length);
        if (length != file.length) {
            throw role.failure(Reason.LENGTH_MISMATCH, step)
                    .lengths(length, file.length)
                    .build("has " + file.length + " bytes, but " + length + " are listed; " + TRY_LATER);
        }
        List<Digest> digests = verification.computable(listed.digests());
        if (listed.listsHashes() && digests.isEmpty()) {
            throw role.failure(Reason.NO_KNOWN_HASH, step)
                    .build(
                            "is listed without a hash that can be computed here, or with a malformed one; the repository has to list sha256 or sha512");
        }
        for (Digest digest : digests) {
            MessageDigest hash =
                    verification.hashes().newHash(digest.algorithm()).orElseThrow();
            Digest found = new Digest(digest.algorithm(), HexFormat.of().formatHex(hash.digest(file)));
            if (!found.equals(digest)) {
                throw role.failure(Reason.HASH_MISMATCH, step)
                        .expectedDigest(digest)
                        .actualDigest(found)
                        .build("has the hash " + found + ", but " + digest + " is listed; " + TRY_LATER);
            }
        }
    }

    static void requireVersion(MetadataRole role, long listed, long found) throws TufException {
        if (found != listed) {
            throw wrongVersion(role, listed, found, TRY_LATER);
        }
    }

    static TufException wrongVersion(MetadataRole role, long wanted, long found, String todo) {
        return role.failure(Reason.WRONG_VERSION, role.steps().version())
                .versions(wanted, found)
                .build("is version " + found + ", expected " + wanted + "; " + todo);
    }

    static void refuseRollback(Snapshot before, Snapshot next) throws TufException {
        // TUF 5.5.5: every listed targets file stays listed, in the same version or a later one.
        for (Map.Entry<String, MetaFile> entry : before.meta().entrySet()) {
            String fileName = entry.getKey();
            MetaFile listed = next.meta().get(fileName);
            if (listed != null) {
                refuseRollback(SNAPSHOT, "5.5.5", fileName, entry.getValue(), listed);
            } else if (!NOT_OF_TARGETS.contains(fileName)) {
                throw SNAPSHOT.failure(Reason.ROLLBACK, "5.5.5")
                        .build("no longer lists " + Quoted.quote(fileName)
                                + "; this may be an attack, or the repository has to list it again");
            }
        }
    }

    static void refuseRollback(MetadataRole role, String step, long before, long next) throws TufException {
        if (next < before) {
            throw rollback(role, step, before, next)
                    .build("is version " + next + ", but version " + before + " was trusted before; " + ROLLED_BACK);
        }
    }

    /** Refuses a rollback of the version that {@code role} lists for another file. */
    static void refuseRollback(MetadataRole role, String step, String fileName, MetaFile before, MetaFile next)
            throws TufException {
        if (next.version() < before.version()) {
            throw rollback(role, step, before.version(), next.version())
                    .build("lists version " + next.version() + " of " + Quoted.quote(fileName) + ", version "
                            + before.version() + " was listed before; " + ROLLED_BACK);
        }
    }

    private static TufException.Builder rollback(MetadataRole role, String step, long before, long next) {
        return role.failure(Reason.ROLLBACK, step).versions(before, next);
    }

    static void requireNotExpired(MetadataRole role, long version, Instant expires, Instant start) throws TufException {
        if (!expires.isAfter(start)) {
            throw role.failure(Reason.EXPIRED, role.steps().expiry())
                    .actualVersion(version)
                    .expires(expires)
                    .build("version " + version + " expired at " + expires + " and it is " + start
                            + "; if this machine's clock is right, the repository has to publish a new file");
        }
    }
}
