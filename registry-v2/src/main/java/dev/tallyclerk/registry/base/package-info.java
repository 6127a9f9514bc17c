/**
 * Base images: the image that another one was built on, whether it is still current, and in which order a fleet of
 * images has to be rebuilt.
 *
 * <p>Describe each image as a {@link dev.tallyclerk.registry.base.FleetImage}, put them into a
 * {@link dev.tallyclerk.registry.base.Fleet} with the images that are current for the names of bases, and take the
 * {@link dev.tallyclerk.registry.base.RebuildPlan}. {@link dev.tallyclerk.registry.base.BaseRules} turns what was found
 * into findings. Nothing here reads files or networks or a clock, and all values are immutable.
 */
@NullMarked
package dev.tallyclerk.registry.base;

import org.jspecify.annotations.NullMarked;
