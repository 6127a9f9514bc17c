package dev.tallyclerk.trust.fetch;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks the mirrors of a repository in turn until one has the file, as TAP 4 wants it. Immutable. */
final class Mirrors<F> {
    private final List<F> inTurn;

    private Mirrors(List<F> inTurn) {
        this.inTurn = inTurn;
    }

    static <F> Mirrors<F> of(List<? extends F> inTurn) {
        if (inTurn.isEmpty()) {
            throw new IllegalArgumentException("a repository has at least one mirror");
        }
        return new Mirrors<>(List.copyOf(inTurn));
    }

    /** One request of a mirror. */
    @FunctionalInterface
    interface Request<F, T> {
        Optional<T> send(F mirror) throws IOException;
    }

    /** {@return the file, or nothing if no mirror has it and at least one could say so} */
    <T> Optional<T> ask(Request<F, T> request) throws IOException {
        boolean absent = false;
        IOException first = null;
        for (F mirror : inTurn) {
            try {
                Optional<T> found = request.send(mirror);
                if (found.isPresent()) {
                    return found;
                }
                absent = true;
            } catch (IOException e) {
                first = with(first, e);
                if (Thread.currentThread().isInterrupted()) {
                    throw e;
                }
            }
        }
        if (first != null && !absent) {
            throw first;
        }
        return Optional.empty();
    }

    private static IOException with(@Nullable IOException first, IOException next) {
        if (first == null) {
            return next;
        }
        // An exception cannot be suppressed by itself, and a mirror may throw one that it keeps.
        if (first != next) {
            first.addSuppressed(next);
        }
        return first;
    }
}
