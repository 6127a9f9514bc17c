package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.trust.tuf.metadata.MetaFile;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The result of a search for a target (TUF 5.6.7) in the metadata taken so far. Immutable.
 *
 * @see TrustedMetadata#search
 */
public sealed interface TargetSearch {
    /**
     * Calls the function that applies.
     *
     * @param found called if a role lists the target
     * @param notFound called if no role lists the target
     * @param needs called if the search needs the file of a role that was not taken yet
     * @param <R> the type of the result
     * @return what the function returned
     */
    default <R> R fold(
            Function<? super Found, ? extends R> found,
            Supplier<? extends R> notFound,
            Function<? super Needs, ? extends R> needs) {
        if (this instanceof Found it) {
            return found.apply(it);
        }
        return this instanceof Needs it ? needs.apply(it) : notFound.get();
    }

    /**
     * The search is over: a role lists the target.
     *
     * @param target what the role says about it
     */
    record Found(TargetInfo target) implements TargetSearch {
        public Found {
            Objects.requireNonNull(target, "target");
        }
    }

    /** The search is over: no role lists the target. */
    record NotFound() implements TargetSearch {}

    /**
     * The search goes on after {@link TrustedMetadata#updateDelegated}.
     *
     * @param delegator the role that delegates: {@code targets} or a delegated role
     * @param role the role whose file is needed; untrusted text, not empty and not a top-level role, never to be used
     *     in a path unchecked
     * @param listed what the snapshot lists about the file
     */
    record Needs(String delegator, String role, MetaFile listed) implements TargetSearch {
        public Needs {
            Objects.requireNonNull(delegator, "delegator");
            Objects.requireNonNull(role, "role");
            Objects.requireNonNull(listed, "listed");
        }
    }
}
