/**
 * The build history of an image, parsed, and what its commands do: permissions, secrets, and switches of package
 * managers and of TLS.
 *
 * <p>{@link dev.tallyclerk.registry.audit.internal.BuildStep} is the entry point. The rules that use it are in
 * {@code dev.tallyclerk.registry.audit}.
 */
@NullMarked
package dev.tallyclerk.registry.audit.internal;

import org.jspecify.annotations.NullMarked;
