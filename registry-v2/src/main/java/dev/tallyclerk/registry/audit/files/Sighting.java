package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Severity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file that a rule is about.
 *
 * @param layer the layer that brought it, from 0
 * @param path its path in the image, or as its layer writes it
 * @param message what is wrong with it, as a predicate
 * @param severity its own severity, or null for the rule's
 */
record Sighting(
        int layer,
        String path,
        String message,
        List<Evidence> evidence,
        @Nullable Severity severity) {}
