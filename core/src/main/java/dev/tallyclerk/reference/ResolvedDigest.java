package dev.tallyclerk.reference;

import dev.tallyclerk.digest.Digest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The answer of a {@link DigestResolver}: one or more digests of a manifest, its size if that is vouched for too, and
 * who vouches. A manifest must match every digest, and the size. Immutable.
 */
public final class ResolvedDigest {
    private final List<Digest> digests;
    private final OptionalLong size;
    private final String voucher;
    private final Metadata metadata;

    /** What signed metadata says beside the digest. */
    private record Metadata(
            Optional<String> role, OptionalLong threshold, Optional<Instant> validUntil, List<String> notChecked) {
        private static final Metadata NONE =
                new Metadata(Optional.empty(), OptionalLong.empty(), Optional.empty(), List.of());
    }

    private ResolvedDigest(List<Digest> digests, OptionalLong size, String voucher, Metadata metadata) {
        this.digests = digests;
        this.size = size;
        this.voucher = Objects.requireNonNull(voucher, "voucher");
        this.metadata = metadata;
    }

    /**
     * {@return a digest that {@code voucher} vouches for}
     *
     * @param voucher who vouches, for display
     */
    public static ResolvedDigest of(Digest digest, String voucher) {
        return new ResolvedDigest(List.of(digest), OptionalLong.empty(), voucher, Metadata.NONE);
    }

    /**
     * {@return a digest and a size that {@code voucher} vouches for}
     *
     * @param size the manifest's size in bytes
     * @throws IllegalArgumentException if {@code size} is negative
     */
    public static ResolvedDigest of(Digest digest, long size, String voucher) {
        if (size < 0) {
            throw new IllegalArgumentException("size is negative: " + size);
        }
        return new ResolvedDigest(List.of(digest), OptionalLong.of(size), voucher, Metadata.NONE);
    }

    /** {@return this with more digests that the manifest must have; the same voucher lists them for it} */
    public ResolvedDigest withMoreDigests(Collection<Digest> moreDigests) {
        Set<Digest> all = new LinkedHashSet<>(digests);
        all.addAll(moreDigests);
        return new ResolvedDigest(List.copyOf(all), size, voucher, metadata);
    }

    /**
     * {@return this with another of {@link #digests} as {@link #digest}}
     *
     * @throws IllegalArgumentException if {@code digest} is none of {@link #digests}
     */
    public ResolvedDigest withDigest(Digest digest) {
        if (!digests.contains(digest)) {
            throw new IllegalArgumentException(voucher + " does not vouch for " + digest);
        }
        List<Digest> ordered = new ArrayList<>(digests);
        ordered.remove(digest);
        ordered.add(0, digest);
        return new ResolvedDigest(List.copyOf(ordered), size, voucher, metadata);
    }

    /** {@return this with the role of signed metadata that lists the digest} */
    public ResolvedDigest withRole(String role) {
        return with(
                new Metadata(Optional.of(role), metadata.threshold(), metadata.validUntil(), metadata.notChecked()));
    }

    /**
     * {@return this with the number of keys that have to sign for the role}
     *
     * @param threshold at least 1
     * @throws IllegalArgumentException if {@code threshold} is below 1
     */
    public ResolvedDigest withThreshold(long threshold) {
        if (threshold < 1) {
            throw new IllegalArgumentException("threshold is below 1: " + threshold);
        }
        return with(new Metadata(
                metadata.role(), OptionalLong.of(threshold), metadata.validUntil(), metadata.notChecked()));
    }

    /** {@return this with the time at which the metadata expires} */
    public ResolvedDigest withValidUntil(Instant validUntil) {
        return with(
                new Metadata(metadata.role(), metadata.threshold(), Optional.of(validUntil), metadata.notChecked()));
    }

    /**
     * {@return this with what the voucher leaves unchecked}
     *
     * @param notChecked for people, for example that the metadata may be outdated
     */
    public ResolvedDigest withNotChecked(List<String> notChecked) {
        return with(
                new Metadata(metadata.role(), metadata.threshold(), metadata.validUntil(), List.copyOf(notChecked)));
    }

    private ResolvedDigest with(Metadata changed) {
        return new ResolvedDigest(digests, size, voucher, changed);
    }

    /** {@return the manifest's digest, used to request it from a registry} */
    public Digest digest() {
        return digests.get(0);
    }

    /** {@return all digests that the manifest must match, {@link #digest} first} */
    public List<Digest> digests() {
        return digests;
    }

    /** {@return the manifest's size in bytes, if it is vouched for} */
    public OptionalLong size() {
        return size;
    }

    /** {@return who vouches, for display} */
    public String voucher() {
        return voucher;
    }

    /** {@return the role of signed metadata that lists the digest, if the voucher is one} */
    public Optional<String> role() {
        return metadata.role();
    }

    /** {@return how many keys have to sign for the role, if that is known} */
    public OptionalLong threshold() {
        return metadata.threshold();
    }

    /** {@return when the metadata expires, if it does} */
    public Optional<Instant> validUntil() {
        return metadata.validUntil();
    }

    /** {@return what the voucher leaves unchecked, for people} */
    public List<String> notChecked() {
        return metadata.notChecked();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ResolvedDigest that
                && digests.equals(that.digests)
                && size.equals(that.size)
                && voucher.equals(that.voucher)
                && metadata.equals(that.metadata);
    }

    @Override
    public int hashCode() {
        return Objects.hash(digests, size, voucher, metadata);
    }

    /** {@return the digest and who vouches for it} */
    @Override
    public String toString() {
        return digest() + " by " + voucher;
    }
}
