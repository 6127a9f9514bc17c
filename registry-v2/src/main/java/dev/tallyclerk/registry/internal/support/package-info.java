/** When the support of distributions ends. */
@NullMarked
package dev.tallyclerk.registry.internal.support;

import org.jspecify.annotations.NullMarked;
