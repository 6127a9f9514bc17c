/** The formats of Notation: envelopes, signed attributes, certificate chains and distinguished names. */
@NullMarked
package dev.tallyclerk.trust.internal.notation;

import org.jspecify.annotations.NullMarked;
