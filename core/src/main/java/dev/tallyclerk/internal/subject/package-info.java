/** What readers of subjects share: a document to its cursor or the one exception, and a member to a fact. */
@NullMarked
package dev.tallyclerk.internal.subject;

import org.jspecify.annotations.NullMarked;
