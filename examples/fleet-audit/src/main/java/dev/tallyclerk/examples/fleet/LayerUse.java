package dev.tallyclerk.examples.fleet;

import dev.tallyclerk.registry.model.Descriptor;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A layer that is read once, with what images promise of it and where it may be. What is kept does not depend on the
 * order in which images are added. Belongs to one thread.
 */
public final class LayerUse implements Serializable {
    private static final long serialVersionUID = 1;

    /** How many repositories are asked for a layer that others lack. */
    private static final int MOST_PLACES = 8;

    /** How many lists of addresses are tried. */
    private static final int MOST_ADDRESSES = 3;

    private final TreeMap<String, LayerNeed> needs = new TreeMap<>();
    private final TreeMap<String, List<String>> addresses = new TreeMap<>();
    private final TreeMap<String, FleetImage> holders = new TreeMap<>();
    private String data = "";
    private boolean hasMoreHolders;

    /** Describes a layer that no image has. */
    public LayerUse() {}

    /**
     * Adds an image.
     *
     * @param need the layer, in the same {@linkplain LayerNeed#group group} as those before
     * @return this
     */
    public LayerUse add(LayerNeed need, FleetImage image) {
        addNeed(need);
        addAddresses(need.urls());
        addHolder(image);
        data = data.isEmpty() ? need.data() : data; // it is the same for all
        return this;
    }

    /**
     * Adds the images of another description of the same layer.
     *
     * @return this
     */
    public LayerUse addAll(LayerUse other) {
        other.needs.values().forEach(this::addNeed);
        other.addresses.values().forEach(this::addAddresses);
        other.holders.values().forEach(this::addHolder);
        data = data.isEmpty() ? other.data : data;
        hasMoreHolders |= other.hasMoreHolders;
        return this;
    }

    private void addNeed(LayerNeed need) {
        needs.merge(need.key(), need, (one, other) -> one.mediaType().compareTo(other.mediaType()) <= 0 ? one : other);
    }

    private void addAddresses(List<String> urls) {
        addresses.put(urls.toString(), urls);
        if (addresses.size() > MOST_ADDRESSES) {
            addresses.pollLastEntry();
        }
    }

    private void addHolder(FleetImage image) {
        Comparator<FleetImage> byName = Comparator.comparing(FleetImage::name);
        holders.merge(image.place(), image, (one, other) -> byName.compare(one, other) <= 0 ? one : other);
        if (holders.size() > MOST_PLACES) {
            hasMoreHolders = true;
            holders.values().stream().max(byName).ifPresent(last -> holders.remove(last.place()));
        }
    }

    /** {@return what images promise, each promise once} */
    List<LayerNeed> needs() {
        return List.copyOf(needs.values());
    }

    /** {@return the descriptors that lead to the layer, which differ in their addresses} */
    List<Descriptor> descriptors() {
        List<Descriptor> all = new ArrayList<>();
        Descriptor plain = needs.firstEntry().getValue().descriptor();
        for (Map.Entry<String, List<String>> urls : addresses.entrySet()) {
            Descriptor next = urls.getValue().isEmpty() ? plain : plain.withUrls(urls.getValue());
            all.add(data.isEmpty() ? next : next.withData(Base64.getDecoder().decode(data)));
        }
        return all;
    }

    /** {@return an image of each place that is asked for the layer, sorted} */
    List<FleetImage> holders() {
        return holders.values().stream()
                .sorted(Comparator.comparing(FleetImage::name))
                .toList();
    }

    /** {@return whether images in other places have the layer too} */
    boolean hasMoreHolders() {
        return hasMoreHolders;
    }

    /** {@return where the layer is} */
    String origin() {
        return needs.firstEntry().getValue().origin();
    }
}
