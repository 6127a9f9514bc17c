/** Paths of X.509 certificates at a fixed time, validated by the Java runtime. */
@NullMarked
package dev.tallyclerk.trust.internal.certificate;

import org.jspecify.annotations.NullMarked;
