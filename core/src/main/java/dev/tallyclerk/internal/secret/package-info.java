/**
 * Recognises secrets in text, in time linear in its length.
 *
 * <p>{@link dev.tallyclerk.internal.secret.SecretText} finds secrets by their form;
 * {@link dev.tallyclerk.internal.secret.SecretAssignment} judges a name with its value.
 */
@NullMarked
package dev.tallyclerk.internal.secret;

import org.jspecify.annotations.NullMarked;
