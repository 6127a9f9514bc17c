package dev.tallyclerk.reference;

import dev.tallyclerk.digest.Digest;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link DigestResolver} answers: a manifest's digest, its size where it is vouched for too, and who vouches.
 */
public final class ResolvedDigest {
    private final Digest digest;
    private final OptionalLong size;
    private final String voucher;

    private ResolvedDigest(Digest digest, OptionalLong size, String voucher) {
        this.digest = Objects.requireNonNull(digest, "digest");
        this.size = size;
        this.voucher = Objects.requireNonNull(voucher, "voucher");
    }

    /**
     * {@return a digest that {@code voucher} vouches for}
     *
     * @param voucher who says so, for a person to read
     */
    public static ResolvedDigest of(Digest digest, String voucher) {
        return new ResolvedDigest(digest, OptionalLong.empty(), voucher);
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
        return new ResolvedDigest(digest, OptionalLong.of(size), voucher);
    }

    /** {@return the manifest's digest} */
    public Digest digest() {
        return digest;
    }

    /** {@return the manifest's size in bytes, if it is vouched for} */
    public OptionalLong size() {
        return size;
    }

    /** {@return who vouches, for a person to read} */
    public String voucher() {
        return voucher;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ResolvedDigest that
                && digest.equals(that.digest)
                && size.equals(that.size)
                && voucher.equals(that.voucher);
    }

    @Override
    public int hashCode() {
        return Objects.hash(digest, size, voucher);
    }

    /** {@return the digest and who vouches for it} */
    @Override
    public String toString() {
        return digest + " by " + voucher;
    }
}
