package dev.tallyclerk.hardening;

/**
 * Something that rules judge: an image, a container, an engine, or a caller's own kind.
 *
 * <p>Implementations are immutable and already parsed; their other methods return {@link Fact}s and do no I/O.
 */
public interface Subject {
    /** {@return the reference under which findings are reported, always the same for one instance} */
    SubjectRef ref();
}
