package dev.tallyclerk.hardening;

import java.util.List;

/**
 * Something that rules judge: an image, a container, an engine, or a caller's own kind.
 *
 * <p>Implementations are immutable and already parsed; their other methods return {@link Fact}s and do no I/O.
 */
public interface Subject {
    /**
     * {@return the waivers that the subject's own document carries, possibly none; a policy decides whether they count}
     */
    default List<InlineWaiver> inlineWaivers() {
        return List.of();
    }

    /** {@return the reference under which findings are reported, always the same for one instance} */
    SubjectRef ref();
}
