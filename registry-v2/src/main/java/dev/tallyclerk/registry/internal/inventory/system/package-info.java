/** Readers of the text databases of system package managers: dpkg, opkg, apk and pacman. */
@NullMarked
package dev.tallyclerk.registry.internal.inventory.system;

import org.jspecify.annotations.NullMarked;
