package dev.tallyclerk.examples.fleet.spark;

import dev.tallyclerk.examples.fleet.FleetImage;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A layer, and the first of the images that have it, in the order of their names.
 *
 * @param layer the layer, as bytes
 * @param images the images
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Holders(byte[] layer, List<FleetImage> images) implements Serializable {
    private static final long serialVersionUID = 1;
    private static final int KEPT = 3;

    Holders with(Holders others) {
        List<FleetImage> all = new ArrayList<>(images);
        all.addAll(others.images);
        all.sort(Comparator.comparing(FleetImage::name));
        return new Holders(layer, new ArrayList<>(all.subList(0, Math.min(all.size(), KEPT))));
    }
}
