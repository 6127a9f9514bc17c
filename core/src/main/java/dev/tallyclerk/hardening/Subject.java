package dev.tallyclerk.hardening;

/**
 * Something that rules judge: an image, a container, an engine, or a kind of a third party's own.
 *
 * <p>An implementation is immutable and was parsed before; its other methods return {@link Fact}s and do no I/O.
 */
public interface Subject {
    /** {@return the name under which findings are reported, always the same for one instance} */
    SubjectRef ref();
}
