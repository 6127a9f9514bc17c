/** The files of Notary v1, and who signs for them; pure. */
@NullMarked
package dev.tallyclerk.trust.notary.internal;

import org.jspecify.annotations.NullMarked;
