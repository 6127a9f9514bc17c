/**
 * Recognises secrets in text, in time linear in its length.
 *
 * <p>{@link dev.tallyclerk.internal.secret.SecretText} finds what is a secret by its own form;
 * {@link dev.tallyclerk.internal.secret.SecretAssignment} judges a name and its value.
 */
@NullMarked
package dev.tallyclerk.internal.secret;

import org.jspecify.annotations.NullMarked;
