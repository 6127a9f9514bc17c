/** What readers and rules of subjects share: reading documents, members as facts, and common decisions. */
@NullMarked
package dev.tallyclerk.internal.subject;

import org.jspecify.annotations.NullMarked;
