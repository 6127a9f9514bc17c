/** Documents for the conditions of policies, of subjects whose values are not the text of a file. */
@NullMarked
package dev.tallyclerk.internal.document;

import org.jspecify.annotations.NullMarked;
