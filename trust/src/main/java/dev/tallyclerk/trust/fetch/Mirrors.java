package dev.tallyclerk.trust.fetch;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks the mirrors of a repository in turn until one has the file (TAP 4). Immutable. */
final class Mirrors<F> {
    private final List<F> inTurn;

    private Mirrors(List<F> inTurn) {
        this.inTurn = inTurn;
    }

    static <F> Mirrors<F> of(List<? extends F> inTurn) {
        if (inTurn.isEmpty()) {
            throw new IllegalArgumentException("give at least one mirror");
        }
        return new Mirrors<>(List.copyOf(inTurn));
    }

    /** One request to a mirror. */
    @FunctionalInterface
    interface Request<F, T> {
        Optional<T> send(F mirror) throws IOException;
    }

    /** {@return the file; empty if no mirror has it and at least one did not fail} */
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
        // A mirror may throw the same exception again, which cannot suppress itself.
        if (first != next) {
            first.addSuppressed(next);
        }
        return first;
    }
}
