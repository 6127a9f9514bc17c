package dev.tallyclerk.registry.base;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The base of an image, and whether it is current. Immutable.
 *
 * <p>An image is the base of another one if its layers are the lowest layers of the other one. The annotation chooses
 * among several; without it, the image with the most layers is the base.
 */
public final class ImageBase {
    private final FleetImage image;
    private final List<String> names;
    private final @Nullable FleetImage base;
    private final List<String> baseNames;
    private final Basis basis;
    private final Freshness freshness;
    private final @Nullable FleetImage onto;
    private final boolean replaced;
    private final String reason;
    private final List<BaseRemark> remarks;

    /** How a base was found. */
    public enum Basis {
        /** By the annotation of the image, which the layers confirm unless a remark says otherwise. */
        ANNOTATION,
        /** By the layers alone. */
        LAYERS,
        /** By a bill of materials, whose layers confirm it unless a remark says otherwise. */
        CLAIM,
        /** Not at all. */
        NONE
    }

    /** Whether the base of an image is current. */
    public enum Freshness {
        /** The base is the current image of its name, and need not be rebuilt itself. */
        CURRENT,
        /** Another image is current for the name of the base. */
        STALE,
        /** The base is current, or the newest that is known, and has to be rebuilt itself. */
        STALE_BY_INHERITANCE,
        /** It is not known; the {@linkplain #remarks remarks} say why. */
        UNKNOWN,
        /** The image names no base and stands on no other image of the fleet. */
        NO_BASE;

        /** {@return whether the image has to be rebuilt} */
        public boolean isStale() {
            return this == STALE || this == STALE_BY_INHERITANCE;
        }
    }

    ImageBase(
            FleetImage image,
            List<String> names,
            @Nullable FleetImage base,
            List<String> baseNames,
            Basis basis,
            Freshness freshness,
            @Nullable FleetImage onto,
            boolean replaced,
            String reason,
            List<BaseRemark> remarks) {
        this.image = Objects.requireNonNull(image, "image");
        this.names = List.copyOf(names);
        this.base = base;
        this.baseNames = List.copyOf(baseNames);
        this.basis = Objects.requireNonNull(basis, "basis");
        this.freshness = Objects.requireNonNull(freshness, "freshness");
        this.onto = onto;
        this.replaced = replaced;
        this.reason = Objects.requireNonNull(reason, "reason");
        this.remarks = List.copyOf(remarks);
    }

    /** {@return the image} */
    public FleetImage image() {
        return image;
    }

    /** {@return the names for which the image is current, sorted; empty unless the caller gave any} */
    public List<String> names() {
        return names;
    }

    /** {@return the base, if it is an image of the fleet} */
    public Optional<FleetImage> base() {
        return Optional.ofNullable(base);
    }

    /** {@return the names by which the base was judged, sorted; empty if none is known} */
    public List<String> baseNames() {
        return baseNames;
    }

    /** {@return how the base was found} */
    public Basis basis() {
        return basis;
    }

    /** {@return whether the base is current} */
    public Freshness freshness() {
        return freshness;
    }

    /** {@return the image to rebuild on, if the image is stale; it may have to be rebuilt first} */
    public Optional<FleetImage> onto() {
        return Optional.ofNullable(onto);
    }

    /** {@return whether the caller said that another image has replaced this one, so that nothing is rebuilt} */
    public boolean isReplaced() {
        return replaced;
    }

    /** {@return why the base is current, stale or neither, in a sentence for people; printable} */
    public String reason() {
        return reason;
    }

    /** {@return what is unusual, in the order in which it was found} */
    public List<BaseRemark> remarks() {
        return remarks;
    }

    /** {@return whether there is a remark of a kind} */
    public boolean has(BaseRemark.Kind kind) {
        return remarks.stream().anyMatch(remark -> remark.kind() == kind);
    }

    /** {@return image, freshness and base} */
    @Override
    public String toString() {
        return image + " " + freshness + (base == null ? "" : " on " + base);
    }
}
