package dev.tallyclerk.trust.sigstore.internal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a transparency log, as a bundle has it. Arrays are not copied.
 *
 * @param logId the id of the log, in hexadecimal
 * @param logIndex the index over all shards of the log
 * @param kind the kind of the body, empty if only the body says it
 * @param version the version of the body's kind
 * @param integratedTime seconds since 1970, 0 if there is none; signed by the promise only
 * @param promise the signed entry timestamp
 * @param proof the inclusion proof
 * @param body the body as logged
 */
@SuppressWarnings("ArrayRecordComponent")
public record LogEntry(
        String logId,
        long logIndex,
        String kind,
        String version,
        long integratedTime,
        byte @Nullable [] promise,
        @Nullable Proof proof,
        byte[] body) {
    /**
     * An inclusion proof.
     *
     * @param index the index of the entry in its shard
     * @param treeSize the number of leaves
     * @param root the hash of the tree
     * @param hashes the path from the leaf to the root
     * @param checkpoint the signed note, empty if there is none
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Proof(long index, long treeSize, byte[] root, List<byte[]> hashes, String checkpoint) {
        /** Keeps a copy of the list. */
        public Proof {
            hashes = List.copyOf(hashes);
        }
    }

    /** {@return whether the entry is of a log that promises nothing and knows no times} */
    boolean isOfRekor2() {
        return version.equals("0.0.2") && !kind.equals("intoto");
    }
}
