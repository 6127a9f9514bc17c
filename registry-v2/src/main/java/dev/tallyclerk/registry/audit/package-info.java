/**
 * The hardening rules for images.
 *
 * <p>An {@link dev.tallyclerk.hardening.audit.Auditor} applies the rules of
 * {@link dev.tallyclerk.registry.audit.ImageRules} to an {@link dev.tallyclerk.registry.audit.ImageSubject}.
 * {@link dev.tallyclerk.registry.audit.ImageAdmission} combines the result and the image's verification into a decision
 * on loading it. The rules use reference, manifest, configuration and build history; they do not open layers.
 * Everything here except {@link dev.tallyclerk.registry.audit.ImageSubject.Builder} is immutable, and nothing does I/O.
 */
@NullMarked
package dev.tallyclerk.registry.audit;

import org.jspecify.annotations.NullMarked;
