/** The fleet audit on Apache Spark. */
@NullMarked
package dev.tallyclerk.examples.fleet.spark;

import org.jspecify.annotations.NullMarked;
