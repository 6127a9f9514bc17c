package dev.tallyclerk.registry.client;

import dev.tallyclerk.http.HttpListener;
import java.io.IOException;

/** Observes calls to registries, and entries of lists that the client ignores. */
public interface RegistryListener extends HttpListener {
    /** {@return a listener that does nothing} */
    static RegistryListener silent() {
        return new RegistryListener() {};
    }

    /**
     * Something that a registry has or lists is ignored because it is malformed in that place, such as a list of
     * referrers that is no index.
     *
     * @param registry host and port
     * @param what what is ignored and why, for a person to read, with control characters replaced
     */
    default void ignored(String registry, String what) {}

    /**
     * An endpoint that is tried before the registry failed, and the next one is tried.
     *
     * @param registry the registry's name as it stands in references
     * @param endpoint host and port of the mirror, or of a foreign address
     * @param failure why
     */
    default void passedOver(String registry, String endpoint, IOException failure) {}
}
