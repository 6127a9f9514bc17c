/** Requests to one server of trust data, which may ask for credentials. */
@NullMarked
package dev.tallyclerk.trust.internal.call;

import org.jspecify.annotations.NullMarked;
