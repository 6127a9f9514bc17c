/** What the tests of every module share: recorded data, and real peers started on loopback. */
@NullMarked
package dev.tallyclerk.testing;

import org.jspecify.annotations.NullMarked;
