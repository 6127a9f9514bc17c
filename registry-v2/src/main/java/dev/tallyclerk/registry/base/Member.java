package dev.tallyclerk.registry.base;

import dev.tallyclerk.digest.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** An image of a fleet while the fleet is put together. */
final class Member {
    final FleetImage image;
    final int node;
    final SortedSet<String> current = new TreeSet<>();
    final SortedSet<String> former = new TreeSet<>();
    /** Names that annotations of images on top of this one give it. */
    final SortedSet<String> claimed = new TreeSet<>();

    final List<BaseRemark> remarks = new ArrayList<>();

    boolean given;

    @Nullable Member base;

    ImageBase.Basis basis = ImageBase.Basis.NONE;
    ImageBase.Freshness freshness = ImageBase.Freshness.NO_BASE;
    SortedSet<String> baseNames = new TreeSet<>();
    /** The image to rebuild on. */
    @Nullable Member onto;

    String reason = "";

    Member(FleetImage image, int node) {
        this.image = image;
        this.node = node;
    }

    int depth() {
        return image.diffIds().size();
    }

    /** {@return whether both are one manifest, under whatever name} */
    boolean is(Member other) {
        return image.digest().equals(other.image.digest());
    }

    boolean hasDigest(Digest digest) {
        return image.digest().equals(digest) || image.indexDigest().equals(digest);
    }

    /** {@return whether the caller said that another image has replaced this one} */
    boolean isReplaced() {
        return current.isEmpty() && !former.isEmpty();
    }

    /** {@return the names that the caller gave or, if there are none, those that annotations claim} */
    SortedSet<String> names() {
        SortedSet<String> names = new TreeSet<>(current);
        names.addAll(former);
        return names.isEmpty() ? claimed : names;
    }

    void remark(BaseRemark.Kind kind, String message) {
        remarks.add(new BaseRemark(kind, message));
    }

    boolean has(BaseRemark.Kind kind) {
        return remarks.stream().anyMatch(remark -> remark.kind() == kind);
    }

    ImageBase result() {
        return new ImageBase(
                image,
                List.copyOf(current),
                base == null ? null : base.image,
                List.copyOf(baseNames),
                basis,
                freshness,
                freshness.isStale() && onto != null ? onto.image : null,
                isReplaced(),
                reason,
                remarks);
    }
}
