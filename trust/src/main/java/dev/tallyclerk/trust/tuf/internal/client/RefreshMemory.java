package dev.tallyclerk.trust.tuf.internal.client;

import dev.tallyclerk.trust.tuf.internal.state.OpenedFile;
import dev.tallyclerk.trust.tuf.internal.state.TrustedState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What the last refresh of a client verified, and of delegated roles those before it, so that the next one does not
 * verify the same bytes again. It is asked about bytes that were read or fetched anew, and saves signatures and reading
 * alone: versions, expiry and what is listed are checked each time. Safe for use by several threads.
 */
public final class RefreshMemory {
    private final AtomicReference<@Nullable Last> last = new AtomicReference<>();

    /** The files of the roots, each with the state that trusts it, and the state at the end. */
    private record Last(List<OpenedFile<TrustedState>> roots, TargetLookup lookup) {}

    /** Remembers a refresh, with the delegated roles that are still to be searched. */
    void remember(Roots roots, TargetLookup lookup) {
        last.set(new Last(List.copyOf(roots.links), lookup));
    }

    /** {@return {@code state} with what was verified last, if that was by the same root} */
    TrustedState recall(TrustedState state) {
        Last known = last.get();
        return known == null ? state : state.recalling(known.lookup.state());
    }

    /** {@return a chain without links yet, along which the last one is known} */
    Roots roots() {
        Last known = last.get();
        return new Roots(known == null ? List.of() : known.roots);
    }

    /** A chain of roots from the trusted one on. For one thread. */
    static final class Roots {
        private final List<OpenedFile<TrustedState>> known;
        private final List<OpenedFile<TrustedState>> links = new ArrayList<>();
        private boolean same = true;

        private Roots(List<OpenedFile<TrustedState>> known) {
            this.known = known;
        }

        /** {@return the state that trusts the next link, if it and all before it are the same as last time} */
        @Nullable TrustedState recall(byte[] file) {
            OpenedFile<TrustedState> next = next(file);
            return next == null ? null : next.content();
        }

        /** Adds the next link. */
        void add(byte[] file, TrustedState state) {
            OpenedFile<TrustedState> next = next(file);
            same = next != null && next.content() == state;
            links.add(next != null && same ? next : new OpenedFile<>(file, state));
        }

        private @Nullable OpenedFile<TrustedState> next(byte[] file) {
            int next = links.size();
            return same && next < known.size() && known.get(next).isOf(file) ? known.get(next) : null;
        }
    }
}
