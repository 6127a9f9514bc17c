package dev.tallyclerk.hardening.container.model;

import dev.tallyclerk.hardening.Fact;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The image-side settings of a container: Config of the Engine API, which starts as a copy of the image's.
 *
 * <p>What a request leaves out comes from the image; see
 * {@link dev.tallyclerk.hardening.container.ContainerSubject#withImageDefaults}. Without the image's defaults it is
 * missing.
 *
 * <p>Only this library implements it. Immutable.
 */
public interface ContainerConfig {
    /** {@return user and group; empty for root} */
    Fact<String> user();

    /** {@return the variables as {@code NAME=value}; for a request, those that it adds to {@link #imageEnv}} */
    Fact<List<String>> env();

    /**
     * {@return the image's variables, some of which a request may override}
     *
     * <p>Empty for an existing container, whose own list includes them.
     */
    Fact<List<String>> imageEnv();

    /** {@return the entry point: the first words of the command line} */
    Fact<List<String>> entrypoint();

    /** {@return the words after the entry point; a request with its own entry point does not inherit the image's} */
    Fact<List<String>> cmd();

    /** {@return the health check, if there is one} */
    Fact<Optional<Healthcheck>> healthcheck();

    /** {@return the exposed ports, for example {@code 80/tcp}, published or not} */
    Fact<List<String>> exposedPorts();

    /** {@return the labels by name; for a request, those that it adds to the image's} */
    Fact<Map<String, String>> labels();

    /** {@return the image reference that was asked for} */
    Fact<String> image();
}
