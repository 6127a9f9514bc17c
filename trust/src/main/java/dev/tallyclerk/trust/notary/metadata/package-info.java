/** What the metadata of a Notary v1 collection says, the limits on it, and why it is refused. */
@NullMarked
package dev.tallyclerk.trust.notary.metadata;

import org.jspecify.annotations.NullMarked;
