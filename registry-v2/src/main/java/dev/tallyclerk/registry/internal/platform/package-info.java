/** Selection of the image for a platform, shared by several packages. */
@NullMarked
package dev.tallyclerk.registry.internal.platform;

import org.jspecify.annotations.NullMarked;
