package dev.tallyclerk.engine;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An engine that was found, with the certificates for it.
 *
 * <p>Immutable.
 */
public final class LocatedEngine {
    private final EngineAddress address;
    private final @Nullable Path certificates;
    private final String origin;

    LocatedEngine(EngineAddress address, @Nullable Path certificates, String origin) {
        this.address = Objects.requireNonNull(address, "address");
        this.certificates = certificates;
        this.origin = Objects.requireNonNull(origin, "origin");
    }

    /** {@return where it listens} */
    public EngineAddress address() {
        return address;
    }

    /** {@return the folder with {@code ca.pem}, {@code cert.pem} and {@code key.pem}; empty for Java's own trust} */
    public Optional<Path> certificates() {
        return Optional.ofNullable(certificates);
    }

    /** {@return what named it, for people: a variable, a context or the place of its socket} */
    public String origin() {
        return origin;
    }

    /** {@return address and origin} */
    @Override
    public String toString() {
        return address + " (" + origin + ")";
    }
}
