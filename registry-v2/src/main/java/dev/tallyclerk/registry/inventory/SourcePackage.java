package dev.tallyclerk.registry.inventory;

import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The source package that a system package was built from. Distributions name it in their security advisories.
 * Immutable.
 */
public final class SourcePackage {
    private final String name;
    private final String version;
    private final @Nullable Long epoch;

    private SourcePackage(String name, String version, @Nullable Long epoch) {
        this.name = Objects.requireNonNull(name, "name");
        this.version = Objects.requireNonNull(version, "version");
        this.epoch = epoch;
        if (name.isEmpty()) {
            throw new IllegalArgumentException("name is empty");
        }
    }

    /** {@return a source package of which no epoch is known apart from one in its version} */
    public static SourcePackage of(String name, String version) {
        return new SourcePackage(name, version, null);
    }

    /** {@return this package with its epoch, which is not negative} */
    public SourcePackage withEpoch(long epoch) {
        if (epoch < 0) {
            throw new IllegalArgumentException("epoch is negative: " + epoch);
        }
        return new SourcePackage(name, version, epoch);
    }

    /** {@return the name} */
    public String name() {
        return name;
    }

    /** {@return the version, with the epoch of a Debian version, and without that of an rpm version} */
    public String version() {
        return version;
    }

    /**
     * {@return the epoch of an rpm source}
     *
     * <p>An rpm package does not state it. It is known if a package of the same source with the same version and
     * release is installed, and then that package's.
     */
    public OptionalLong epoch() {
        return epoch == null ? OptionalLong.empty() : OptionalLong.of(epoch);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SourcePackage that
                && name.equals(that.name)
                && version.equals(that.version)
                && Objects.equals(epoch, that.epoch);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, version, epoch);
    }

    /** {@return name and version} */
    @Override
    public String toString() {
        return name + " " + version;
    }
}
