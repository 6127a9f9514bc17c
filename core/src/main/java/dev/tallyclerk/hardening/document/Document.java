package dev.tallyclerk.hardening.document;

import dev.tallyclerk.hardening.Location;
import java.util.List;
import java.util.Objects;

/**
 * One document of a file, and what a strict reader would refuse in it.
 *
 * @param root the whole value
 * @param duplicateKeys the keys that a mapping has again later, so that their values do not count; only in
 *     {@link DocumentDialect#KUBERNETES}, as the other dialects refuse them
 */
public record Document(DocumentValue root, List<Location> duplicateKeys) {
    public Document {
        Objects.requireNonNull(root, "root");
        duplicateKeys = List.copyOf(duplicateKeys);
    }
}
