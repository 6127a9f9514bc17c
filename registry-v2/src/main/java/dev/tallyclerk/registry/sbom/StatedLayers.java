package dev.tallyclerk.registry.sbom;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.MalformedDigestException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Collects the layers that a document states for its image: numbered, as this project does, or in order. */
final class StatedLayers {
    /** Engines refuse images with more than a few hundred. */
    private static final int MAX_LAYERS = 1000;

    private static final String IN_ORDER = "aquasecurity:trivy:DiffID";
    private static final String TEXT = "DiffID: ";

    private final SortedMap<Integer, Digest> numbered = new TreeMap<>();
    private final List<Digest> ordered = new ArrayList<>();
    private boolean isUsable = true;

    /** Takes a text that Trivy writes into SPDX in place of a property. */
    void addText(String text) {
        if (text.startsWith(TEXT)) {
            add(IN_ORDER, text.substring(TEXT.length()).strip());
        }
    }

    /** Takes a property of the image. */
    void add(String name, String value) {
        boolean isNumbered = name.startsWith(Property.IMAGE_LAYER);
        if (!isNumbered && !name.equals(IN_ORDER)) {
            return;
        }
        try {
            if (isNumbered) {
                int number = Integer.parseInt(name.substring(Property.IMAGE_LAYER.length()));
                isUsable &= numbered.put(number, Digest.parse(value)) == null;
            } else {
                // Trivy writes a property for each layer or, in later versions, one with all.
                for (String layer : value.split(",", MAX_LAYERS)) {
                    ordered.add(Digest.parse(layer.strip()));
                }
            }
        } catch (MalformedDigestException | NumberFormatException e) {
            isUsable = false;
        }
        if (numbered.size() > MAX_LAYERS || ordered.size() > MAX_LAYERS) {
            isUsable = false;
            numbered.clear();
            ordered.clear();
        }
    }

    /** {@return the layers, the lowest first; empty if none, or only some of them, are stated} */
    List<Digest> list() {
        if (!isUsable) {
            return List.of();
        }
        if (numbered.isEmpty()) {
            return List.copyOf(ordered);
        }
        boolean isWhole = numbered.firstKey() == 1 && numbered.lastKey() == numbered.size();
        return isWhole ? List.copyOf(numbered.values()) : List.of();
    }
}
