/**
 * Finding out what a file is and reading the subjects that it has.
 *
 * <p>A {@link dev.tallyclerk.hardening.source.SubjectKind} recognises its documents by their content and reads them; a
 * {@link dev.tallyclerk.hardening.source.SubjectFinder} asks all kinds. Third parties add kinds with the
 * {@link java.util.ServiceLoader}:
 *
 * <pre>{@code
 * SubjectFinder finder = SubjectFinder.of(SubjectKind.installed(getClass().getClassLoader()));
 * SubjectFile file = finder.read(SourceDocument.of("badge.json", bytes), SourceContext.create());
 * file.subjects();
 * }</pre>
 *
 * <p>Nothing here does I/O; the caller hands over the bytes. Every type is immutable.
 */
@NullMarked
package dev.tallyclerk.hardening.source;

import org.jspecify.annotations.NullMarked;
