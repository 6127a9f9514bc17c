/**
 * Which packages are in an image: what package managers of systems and languages installed, what programs were built
 * of, and what bills of materials claim, from the bytes of the layers and without a network.
 *
 * <p>Give an {@link dev.tallyclerk.registry.inventory.InventoryAnalyzer} to a verifier or an admission, and take the
 * {@link dev.tallyclerk.registry.inventory.Inventory} from the verification's result. All values are immutable.
 */
@NullMarked
package dev.tallyclerk.registry.inventory;

import org.jspecify.annotations.NullMarked;
