/**
 * What readers and rules of subjects share: a document to its cursor or the one exception, a member to a fact, lists.
 */
@NullMarked
package dev.tallyclerk.internal.subject;

import org.jspecify.annotations.NullMarked;
