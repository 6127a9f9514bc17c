/**
 * Dockerfiles: their grammar, their stages, and the rules over what they build.
 *
 * <p>{@link dev.tallyclerk.hardening.dockerfile.Dockerfile} is a file as BuildKit reads it;
 * {@link dev.tallyclerk.hardening.dockerfile.DockerfileSubject} is what rules judge;
 * {@link dev.tallyclerk.hardening.dockerfile.DockerfileRules} has the rules. Nothing is fetched or run, and every type
 * is immutable.
 */
@NullMarked
package dev.tallyclerk.hardening.dockerfile;

import org.jspecify.annotations.NullMarked;
