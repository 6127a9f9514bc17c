package dev.tallyclerk.registry.inventory;

import dev.tallyclerk.registry.filesystem.LayerOrigin;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A package in an image. Immutable. */
public final class InstalledPackage {
    private final String type;
    private final String name;
    private final String version;
    private final Evidence evidence;
    private final String path;
    private final LayerOrigin layer;
    private final @Nullable PackageUrl purl;
    private final @Nullable String architecture;
    private final @Nullable SourcePackage source;
    private final @Nullable String modularityLabel;
    private final @Nullable String owner;

    private InstalledPackage(Builder builder) {
        this.type = builder.type;
        this.name = builder.name;
        this.version = builder.version;
        this.evidence = builder.evidence;
        this.path = builder.path;
        this.layer = builder.layer;
        this.purl = builder.purl;
        this.architecture = builder.architecture;
        this.source = builder.source;
        this.modularityLabel = builder.modularityLabel;
        this.owner = builder.owner;
    }

    /**
     * {@return a builder of a package of which the optional properties are unknown}
     *
     * @param type see {@link InstalledPackage#type}
     * @param name see {@link InstalledPackage#name}
     * @param version see {@link InstalledPackage#version}
     * @param evidence see {@link InstalledPackage#evidence}
     * @param path see {@link InstalledPackage#path}
     * @param layer see {@link InstalledPackage#layer}
     */
    public static Builder builder(
            String type, String name, String version, Evidence evidence, String path, LayerOrigin layer) {
        return new Builder(type, name, version, evidence, path, layer);
    }

    /** Collects the properties of a package. Not safe for use by several threads. */
    public static final class Builder {
        private final String type;
        private final String name;
        private final String version;
        private final Evidence evidence;
        private final String path;
        private final LayerOrigin layer;
        private @Nullable PackageUrl purl;
        private @Nullable String architecture;
        private @Nullable SourcePackage source;
        private @Nullable String modularityLabel;
        private @Nullable String owner;

        private Builder(String type, String name, String version, Evidence evidence, String path, LayerOrigin layer) {
            this.type = Objects.requireNonNull(type, "type");
            this.name = Objects.requireNonNull(name, "name");
            this.version = Objects.requireNonNull(version, "version");
            this.evidence = Objects.requireNonNull(evidence, "evidence");
            this.path = Objects.requireNonNull(path, "path");
            this.layer = Objects.requireNonNull(layer, "layer");
        }

        /** Sets the package URL. */
        public Builder purl(PackageUrl purl) {
            this.purl = Objects.requireNonNull(purl, "purl");
            return this;
        }

        /** Sets the architecture. */
        public Builder architecture(String architecture) {
            this.architecture = Objects.requireNonNull(architecture, "architecture");
            return this;
        }

        /** Sets the source package. */
        public Builder source(SourcePackage source) {
            this.source = Objects.requireNonNull(source, "source");
            return this;
        }

        /** Sets the label of the rpm module. */
        public Builder modularityLabel(String modularityLabel) {
            this.modularityLabel = Objects.requireNonNull(modularityLabel, "modularityLabel");
            return this;
        }

        /** Sets the system package that brought this one. */
        public Builder owner(String owner) {
            this.owner = Objects.requireNonNull(owner, "owner");
            return this;
        }

        /** {@return the package} */
        public InstalledPackage build() {
            return new InstalledPackage(this);
        }
    }

    /**
     * {@return the ecosystem, as the type of a package URL}
     *
     * <p>{@code deb}, {@code apk}, {@code rpm}, {@code alpm} (pacman), {@code opkg}, {@code npm}, {@code pypi},
     * {@code maven}, {@code golang}, {@code cargo}, {@code gem}, {@code composer}, {@code nuget}; any other for a
     * {@linkplain Evidence#CLAIM claim}.
     */
    public String type() {
        return type;
    }

    /**
     * {@return the name as the ecosystem writes it}
     *
     * <p>{@code group:artifact} for Maven, with the scope for npm, normalised for PyPI; {@code stdlib} is Go's standard
     * library. Untrusted text without limits on its characters, as all texts of a package.
     */
    public String name() {
        return name;
    }

    /** {@return the version as the ecosystem writes it, for deb and rpm with an epoch other than 0 in front} */
    public String version() {
        return version;
    }

    /** {@return what says that the package is there} */
    public Evidence evidence() {
        return evidence;
    }

    /**
     * {@return the file that says so}
     *
     * <p>Relative to the image's root; entries of archives follow {@code !/}, as in
     * {@code srv/shop.war!/WEB-INF/lib/x.jar}.
     */
    public String path() {
        return path;
    }

    /** {@return the first layer from which on every layer that has the file lists the package in this version} */
    public LayerOrigin layer() {
        return layer;
    }

    /**
     * {@return the package URL}
     *
     * <p>Empty for a package of a system whose {@linkplain Inventory#distribution distribution} is unknown, because it
     * has to be part of the URL.
     */
    public Optional<PackageUrl> purl() {
        return Optional.ofNullable(purl);
    }

    /** {@return the architecture in the words of the package manager, if it states one} */
    public Optional<String> architecture() {
        return Optional.ofNullable(architecture);
    }

    /** {@return the source package, if it is known} */
    public Optional<SourcePackage> source() {
        return Optional.ofNullable(source);
    }

    /** {@return the module stream of an rpm package, as {@code NAME:STREAM:VERSION:CONTEXT}} */
    public Optional<String> modularityLabel() {
        return Optional.ofNullable(modularityLabel);
    }

    /**
     * {@return the name of the system package that brought the file of this package, if one did}
     *
     * <p>The distribution then fixes it, in a version of its own: records of the language's ecosystem do not apply. A
     * package that is listed since a later layer than the system package was installed over it, and has no owner.
     */
    public Optional<String> owner() {
        return Optional.ofNullable(owner);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof InstalledPackage that
                && type.equals(that.type)
                && name.equals(that.name)
                && version.equals(that.version)
                && evidence == that.evidence
                && path.equals(that.path)
                && layer.equals(that.layer)
                && Objects.equals(purl, that.purl)
                && Objects.equals(architecture, that.architecture)
                && Objects.equals(source, that.source)
                && Objects.equals(modularityLabel, that.modularityLabel)
                && Objects.equals(owner, that.owner);
    }

    @Override
    public int hashCode() {
        return Objects.hash(type, name, version, path);
    }

    /** {@return type, name and version} */
    @Override
    public String toString() {
        return type + " " + name + " " + version;
    }
}
