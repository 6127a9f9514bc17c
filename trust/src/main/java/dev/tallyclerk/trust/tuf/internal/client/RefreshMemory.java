package dev.tallyclerk.trust.tuf.internal.client;

import dev.tallyclerk.trust.tuf.internal.state.TrustedState;
import dev.tallyclerk.trust.tuf.internal.state.VerifiedFile;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A cache of what the last refresh of a client verified, including delegated roles from refreshes before it, so that
 * the next refresh need not verify and read the same bytes again. It does not replace any other check: versions, expiry
 * and listings are checked each time. Safe for use by several threads.
 */
public final class RefreshMemory {
    private final AtomicReference<@Nullable Last> last = new AtomicReference<>();

    /** The chain of roots, each with the state that trusts it, and the lookup that goes on caching delegated roles. */
    private record Last(List<VerifiedFile<TrustedState>> roots, TargetLookup lookup) {}

    /** Remembers a refresh and, through {@code lookup}, the delegated roles of later searches. */
    void remember(Roots roots, TargetLookup lookup) {
        last.set(new Last(List.copyOf(roots.links), lookup));
    }

    /** {@return {@code state} with the cache of the last refresh, if that trusted the same root} */
    TrustedState recall(TrustedState state) {
        Last known = last.get();
        return known == null ? state : state.reusing(known.lookup.state());
    }

    /** {@return an empty chain, to be compared with the last one} */
    Roots roots() {
        Last known = last.get();
        return new Roots(known == null ? List.of() : known.roots);
    }

    /** A chain of roots, beginning with the trusted one. For one thread. */
    static final class Roots {
        private final List<VerifiedFile<TrustedState>> known;
        private final List<VerifiedFile<TrustedState>> links = new ArrayList<>();
        private boolean same = true;

        private Roots(List<VerifiedFile<TrustedState>> known) {
            this.known = known;
        }

        /** {@return the state that trusts the next root, if that root and all before it are the same as last time} */
        @Nullable TrustedState recall(byte[] file) {
            VerifiedFile<TrustedState> next = next(file);
            return next == null ? null : next.content();
        }

        /** Adds the next root. */
        void add(byte[] file, TrustedState state) {
            VerifiedFile<TrustedState> next = next(file);
            same = next != null && next.content() == state;
            links.add(next != null && same ? next : new VerifiedFile<>(file, state));
        }

        private @Nullable VerifiedFile<TrustedState> next(byte[] file) {
            int next = links.size();
            return same && next < known.size() && known.get(next).isOf(file) ? known.get(next) : null;
        }
    }
}
