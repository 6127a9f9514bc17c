package dev.tallyclerk.trust.tuf;

import java.time.Instant;
import java.util.Optional;

/**
 * What a repository's signers say now: the result of a {@linkplain TufClient#refresh refresh}.
 *
 * <p>Whatever it is asked, it answers as of the start of the refresh (TUF 5.1); how long to rely on that is for the
 * caller to say, and {@link #expires} is the latest. Delegated roles are fetched when a search comes to them, which
 * blocks. Safe for use by several threads.
 */
public final class FreshMetadata {
    private final TargetLookup lookup;

    FreshMetadata(TargetLookup lookup) {
        this.lookup = lookup;
    }

    /**
     * Searches the top-level targets and the delegated roles for a target (TUF 5.6.7). The target file itself is not
     * looked at.
     *
     * @param targetPath the target's path as metadata writes it
     * @return what the first role that lists it says, or nothing if nobody vouches for it
     * @throws TufException if none of the listed hashes can be computed here, or if a role that has to be asked first
     *     cannot be fetched, stored or trusted: then nothing behind it is an answer
     */
    public Optional<TargetInfo> target(String targetPath) throws TufException {
        return lookup.find(targetPath);
    }

    /** {@return the metadata that was verified so far, with the delegated roles that searches have fetched} */
    public TrustedMetadata trusted() {
        return lookup.state();
    }

    /**
     * {@return when the first of the files that were verified so far stops being valid} Nothing here should be relied
     * on after it.
     */
    public Instant expires() {
        return trusted().expires();
    }
}
