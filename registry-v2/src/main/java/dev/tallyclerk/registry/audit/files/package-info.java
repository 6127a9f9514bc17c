/**
 * What is in an image's files: the subject {@code image-filesystem} and its rules.
 *
 * <p>{@link dev.tallyclerk.registry.audit.files.FileSystemAnalyzer} finds the facts in the pass that verifies the
 * layers, {@link dev.tallyclerk.registry.audit.files.FileSystemSubject} holds them, and
 * {@link dev.tallyclerk.registry.audit.files.FileSystemRules} judges them. A rule of your own is a
 * {@link dev.tallyclerk.registry.audit.files.FileCheck}, which looks at each file, and a rule of the same id made by
 * {@link dev.tallyclerk.registry.audit.files.FileSystemRules#rule}.
 */
@NullMarked
package dev.tallyclerk.registry.audit.files;

import org.jspecify.annotations.NullMarked;
