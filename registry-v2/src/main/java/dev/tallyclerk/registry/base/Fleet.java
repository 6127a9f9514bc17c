package dev.tallyclerk.registry.base;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.base.FleetException.Reason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A set of images, with the base of each.
 *
 * <p>Immutable. Depends on the images and not on the order in which they were added. Finding all bases takes time in
 * proportion to the layers of all images.
 *
 * <pre>{@code
 * Fleet fleet = Fleet.builder()
 *         .current(Reference.parseNormalized("debian:12"), debian)
 *         .image(app)
 *         .build();
 * RebuildPlan plan = RebuildPlan.of(fleet);
 * }</pre>
 */
public final class Fleet {
    private final List<Member> members;

    private Fleet(Collection<Member> members) {
        this.members = List.copyOf(members);
    }

    /** {@return a builder with the {@linkplain FleetLimits#defaults default limits}} */
    public static Builder builder() {
        return builder(FleetLimits.defaults());
    }

    /** {@return a builder} */
    public static Builder builder(FleetLimits limits) {
        return new Builder(limits);
    }

    /** {@return the base of each image that was added by {@link Builder#image}, sorted by the names of the images} */
    public List<ImageBase> bases() {
        return members.stream()
                .filter(member -> member.given)
                .map(Member::result)
                .toList();
    }

    /** {@return all images, sorted by name} */
    List<Member> members() {
        return members;
    }

    /** {@return how many images there are} */
    @Override
    public String toString() {
        return "fleet of " + members.size() + " images";
    }

    /**
     * Collects the images of a fleet. Belongs to one thread.
     *
     * <p>The same image, by name and digest, may be added in several ways.
     */
    public static final class Builder {
        private final FleetLimits limits;
        private final PrefixTree layers = new PrefixTree();
        private final Map<String, Member> members = new TreeMap<>();
        private final Map<String, Member> current = new HashMap<>();
        private long layerCount;

        private Builder(FleetLimits limits) {
            this.limits = Objects.requireNonNull(limits, "limits");
        }

        /**
         * {@return this builder, with an image whose base is wanted, and which may be the base of others}
         *
         * @throws FleetException if another image has its name, or a limit is exceeded
         */
        public Builder image(FleetImage image) throws FleetException {
            member(image).given = true;
            return this;
        }

        /**
         * {@return this builder, with the image that a name stands for now}
         *
         * @param name a name with a tag; a digest in it is ignored, and without a tag it means {@code latest}
         * @throws FleetException if another image for the same platform is current for the name, another image has its
         *     name in the fleet, or a limit is exceeded
         * @throws IllegalArgumentException if the image is only {@linkplain FleetImage#isClaimed claimed}
         */
        public Builder current(Reference name, FleetImage image) throws FleetException {
            requireRead(image);
            String tagged = tagged(name);
            @Nullable Member other = current.get(tagged + " " + image.platform());
            if (other != null && !other.image.digest().equals(image.digest())) {
                throw new FleetException(
                        Reason.SEVERAL_CURRENT,
                        other.image + " and " + image + " are both said to be " + tagged + " for " + image.platform()
                                + "; leave one out");
            }
            Member member = member(image);
            if (other == null) {
                current.put(tagged + " " + image.platform(), member);
                member.current.add(tagged);
            }
            return this;
        }

        /**
         * {@return this builder, with an image that a name stood for earlier}
         *
         * <p>It is not rebuilt, unless it is current for another name.
         *
         * @param name a name with a tag; a digest in it is ignored, and without a tag it means {@code latest}
         * @throws FleetException if another image has its name in the fleet, or a limit is exceeded
         * @throws IllegalArgumentException if the image is only {@linkplain FleetImage#isClaimed claimed}
         */
        public Builder former(Reference name, FleetImage image) throws FleetException {
            requireRead(image);
            member(image).former.add(tagged(name));
            return this;
        }

        private static void requireRead(FleetImage image) {
            if (image.isClaimed()) {
                throw new IllegalArgumentException(image + " is only claimed, so it cannot be a base");
            }
        }

        private static String tagged(Reference name) {
            String tag = name.tag().orElse("latest");
            return name.name() + ":" + tag;
        }

        private Member member(FleetImage image) throws FleetException {
            Member known = members.get(image.name());
            if (known != null) {
                if (!known.image.digest().equals(image.digest())) {
                    throw new FleetException(
                            Reason.NAME_TAKEN,
                            "two images have the name " + image + ": " + known.image.digest() + " and "
                                    + image.digest());
                }
                return known;
            }
            layerCount += image.diffIds().size();
            if (members.size() >= limits.maxImages() || layerCount > limits.maxLayers()) {
                throw new FleetException(
                        Reason.LIMIT_EXCEEDED,
                        "the fleet has more than " + limits.maxImages() + " images or " + limits.maxLayers()
                                + " layers; raise the limit, or plan in parts");
            }
            Member member = new Member(image, layers.add(image.diffIds()));
            members.put(image.name(), member);
            return member;
        }

        /** {@return the images; one that was added to plan for stands for the same one under another name} */
        private List<Member> withoutTwins() {
            Map<Digest, Member> given = new HashMap<>();
            members.values().stream()
                    .filter(member -> member.given)
                    .forEach(member -> given.putIfAbsent(member.image.digest(), member));
            List<Member> all = new ArrayList<>();
            for (Member member : members.values()) {
                Member twin = given.get(member.image.digest());
                if (member.given || twin == null || !twin.hasDigest(member.image.indexDigest())) {
                    all.add(member);
                } else {
                    twin.current.addAll(member.current);
                    twin.former.addAll(member.former);
                }
            }
            return all;
        }

        /**
         * {@return the fleet; the builder must not be used any more}
         *
         * @throws FleetException if images are built on each other in a circle
         */
        public Fleet build() throws FleetException {
            List<Member> all = withoutTwins();
            BaseFinder finder = new BaseFinder(new FleetIndex(layers, all));
            all.forEach(finder::learn);
            all.forEach(finder::find);
            Inheritance.apply(all);
            return new Fleet(all);
        }
    }
}
