/**
 * Reading JSON and YAML documents into {@link dev.tallyclerk.hardening.Fact}s that know their lines.
 *
 * <p>A {@link dev.tallyclerk.hardening.document.DocumentReader} reads a file in a
 * {@linkplain dev.tallyclerk.hardening.document.DocumentDialect dialect}; a
 * {@link dev.tallyclerk.hardening.document.DocumentValue} gives its values as facts. It is meant for authors of subject
 * kinds:
 *
 * <pre>{@code
 * for (Document document : DocumentReader.of(DocumentDialect.KUBERNETES).read(source)) {
 *     Fact<Boolean> hostNetwork = document.root().bool("spec", "hostNetwork");
 *     ...
 * }
 * }</pre>
 *
 * <p>YAML needs SnakeYAML Engine ({@code org.snakeyaml:snakeyaml-engine}) on the class path, or for a named module
 * {@code requires org.snakeyaml.engine}; JSON does not. Nothing here does I/O. Immutable.
 */
@NullMarked
package dev.tallyclerk.hardening.document;

import org.jspecify.annotations.NullMarked;
