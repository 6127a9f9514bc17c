/**
 * The hardening rules for images.
 *
 * <p>{@link dev.tallyclerk.registry.audit.ImageSubject} is an image as far as it is known, and
 * {@link dev.tallyclerk.registry.audit.ImageRules} the rules over it, to be run by an
 * {@link dev.tallyclerk.hardening.audit.Auditor}. {@link dev.tallyclerk.registry.audit.ImageAdmission} decides by them
 * and by the image's verification whether it may be loaded. The rules look at reference, manifest, configuration and
 * build history; they do not open layers. Everything here but
 * {@link dev.tallyclerk.registry.audit.ImageSubject.Builder} is immutable, and nothing does I/O.
 */
@NullMarked
package dev.tallyclerk.registry.audit;

import org.jspecify.annotations.NullMarked;
