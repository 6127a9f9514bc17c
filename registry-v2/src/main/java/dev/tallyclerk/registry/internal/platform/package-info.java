/** How the image for a platform is found, which several packages have to do alike. */
@NullMarked
package dev.tallyclerk.registry.internal.platform;

import org.jspecify.annotations.NullMarked;
