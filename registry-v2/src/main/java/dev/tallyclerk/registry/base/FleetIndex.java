package dev.tallyclerk.registry.base;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.Reference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The images of a fleet by digest, by layers, by build history and by name. */
final class FleetIndex {
    /** Of images with the same layers: those with a name first. */
    private static final Comparator<Member> ORDER = Comparator.<Member, Boolean>comparing(
                    member -> member.current.isEmpty())
            .thenComparing(member -> member.former.isEmpty())
            .thenComparing(member -> member.image.name())
            .thenComparing(member -> member.image.digest());

    private final PrefixTree layers;
    private final Map<Digest, List<Member>> byDigest = new HashMap<>();
    private final Map<Integer, List<Member>> byLayers = new HashMap<>();
    private final Map<Long, List<Member>> byHistory = new HashMap<>();
    private final Map<String, Member> current = new HashMap<>();
    private final Map<String, List<Member>> former = new HashMap<>();

    FleetIndex(PrefixTree layers, Iterable<Member> members) {
        this.layers = layers;
        for (Member member : members) {
            FleetImage image = member.image;
            put(byDigest, image.digest(), member);
            if (!image.indexDigest().equals(image.digest())) {
                put(byDigest, image.indexDigest(), member);
            }
            put(byLayers, member.node, member);
            if (image.history().length > 0) {
                put(byHistory, image.history()[image.history().length - 1], member);
            }
            member.current.forEach(name -> current.put(key(name, image), member));
            member.former.forEach(name -> put(former, key(name, image), member));
        }
    }

    /** {@return the name without digest, if it has a tag} */
    static Optional<String> tagged(Reference reference) {
        return reference.tag().map(tag -> reference.name() + ":" + tag);
    }

    private static <K> void put(Map<K, List<Member>> map, K key, Member member) {
        map.computeIfAbsent(key, first -> new ArrayList<>(1)).add(member);
    }

    private static String key(String name, FleetImage image) {
        return name + " " + image.platform();
    }

    /** {@return the image that is current for a name and the platform of another image, or null} */
    @Nullable Member current(String name, Member platform) {
        return current.get(key(name, platform.image));
    }

    /** {@return the images of that digest and of the platform of another image, without that one} */
    List<Member> ofDigest(Digest digest, Member other) {
        return usable(byDigest.getOrDefault(digest, List.of()), other);
    }

    /** {@return the former images of a name of which another image has all layers, the newest guess first} */
    List<Member> formerBelow(String name, Member upper) {
        return usable(former.getOrDefault(key(name, upper.image), List.of()), upper).stream()
                .filter(lower -> isBelow(lower, upper))
                .sorted(Comparator.comparingInt(Member::depth).reversed())
                .toList();
    }

    /** {@return whether the layers of an image are the lowest layers of another one, and prove something} */
    boolean isBelow(Member lower, Member upper) {
        return layers.hasContent(lower.node) && layers.isBelow(lower.node, upper.node);
    }

    /**
     * {@return the images whose layers are the most of the lowest layers of another image}
     *
     * <p>An image with the very same layers counts if the other one has more build steps, so that the difference is in
     * the configuration.
     */
    List<Member> longestBelow(Member upper) {
        List<Member> same = usable(byLayers.getOrDefault(upper.node, List.of()), upper).stream()
                .filter(lower -> layers.hasContent(lower.node) && hasFewerSteps(lower.image, upper.image))
                .toList();
        if (!same.isEmpty()) {
            int most = same.stream()
                    .mapToInt(lower -> lower.image.history().length)
                    .max()
                    .orElseThrow();
            return same.stream()
                    .filter(lower -> lower.image.history().length == most)
                    .toList();
        }
        for (int node = layers.parent(upper.node); layers.hasContent(node); node = layers.parent(node)) {
            List<Member> found = usable(byLayers.getOrDefault(node, List.of()), upper);
            if (!found.isEmpty()) {
                return found;
            }
        }
        return List.of();
    }

    /** {@return whether an image has only layers in common with others that are empty} */
    boolean sharesOnlyEmptyLayers(Member upper) {
        int node = upper.node;
        while (node != PrefixTree.ROOT) {
            if (!layers.hasContent(node)
                    && !usable(byLayers.getOrDefault(node, List.of()), upper).isEmpty()) {
                return true;
            }
            node = layers.parent(node);
        }
        return false;
    }

    /** {@return an image whose build steps are the first ones of another image, or null} */
    @Nullable Member similar(Member upper) {
        long[] history = upper.image.history();
        for (int i = history.length - 2; i >= 0; i--) {
            List<Member> found = usable(byHistory.getOrDefault(history[i], List.of()), upper);
            if (!found.isEmpty()) {
                return found.get(0);
            }
        }
        return null;
    }

    /** {@return whether the history of the upper image goes on where that of the lower one ends} */
    static boolean hasFewerSteps(FleetImage lower, FleetImage upper) {
        int steps = lower.history().length;
        return steps > 0 && steps < upper.history().length && lower.history()[steps - 1] == upper.history()[steps - 1];
    }

    private static List<Member> usable(List<Member> found, Member other) {
        return found.stream()
                .filter(member -> !member.image.isClaimed()
                        && !member.is(other)
                        && member.image.platform().equals(other.image.platform()))
                .sorted(ORDER)
                .toList();
    }
}
