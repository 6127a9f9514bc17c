/**
 * Manifests, indexes, configurations and descriptors, as immutable values that keep their exact bytes.
 *
 * <p>Start at {@link dev.tallyclerk.registry.model.Manifest}. Reading is strict: an ambiguous document is refused with
 * a {@link dev.tallyclerk.registry.model.MalformedDocumentException}. Nothing here does I/O.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/spec.md">OCI image-spec v1.1.1</a>
 */
@NullMarked
package dev.tallyclerk.registry.model;

import org.jspecify.annotations.NullMarked;
