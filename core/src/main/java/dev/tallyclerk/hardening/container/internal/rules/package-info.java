/** The hardening rules over containers, a class per theme. */
@NullMarked
package dev.tallyclerk.hardening.container.internal.rules;

import org.jspecify.annotations.NullMarked;
